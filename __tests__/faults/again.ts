/** The machine may be busy with something else for a moment; what is broken stays broken. Each failure is printed. */
jest.retryTimes(2, { logErrorsBeforeRetry: true });
