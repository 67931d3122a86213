/**
 * The machine may be busy with something else for a moment, and what is asked for within a time may come late: a test that
 * failed is run once more. What is broken stays broken; each failure is printed.
 */
jest.retryTimes(1, { logErrorsBeforeRetry: true });
