/**
 * Optional packages that the lock file does not know although a package in it asks for them. `npm ci` refuses such a
 * lock on some systems. npm leaves them out when it resolves beside an installed node_modules.
 */
export function lockGaps(lock) {
  const { packages } = lock;
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isPresent(packages, path, name))
      .map(
        (name) => `package-lock.json lacks ${name}, which ${path} asks for; delete node_modules, run npm install and commit the lock file`,
      ),
  );
}

function isPresent(packages, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder}${folder === '' ? '' : '/'}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}
