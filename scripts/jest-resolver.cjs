'use strict';

// Our sources import each other as './name.js', the name the compiled file will have; the tests run the
// '.ts' sources. Only files outside node_modules are looked up this way, so that no package is touched.
module.exports = (request, options) => {
  const isOurs = !/[\\/]node_modules[\\/]/.test(options.basedir + '/');
  if (isOurs && /^\.{1,2}\/.*\.js$/.test(request)) {
    try {
      return options.defaultResolver(request.replace(/\.js$/, '.ts'), options);
    } catch {
      // A real '.js' file: resolved below.
    }
  }
  return options.defaultResolver(request, options);
};
