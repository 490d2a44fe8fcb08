/** Types of the pictures in an .icns file by their side in pixels; all of these hold a PNG. */
const ICNS_TYPES = {
  16: ['icp4'],
  32: ['icp5', 'ic11'],
  64: ['icp6', 'ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
};

/**
 * A Windows icon of PNG pictures, which Windows reads since Vista.
 * @param pictures `{ size, png }` in pixels, at most 256
 */
export function icoOf(pictures) {
  const header = Buffer.alloc(6 + 16 * pictures.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.length;
  for (const [index, { size, png }] of pictures.entries()) {
    const at = 6 + 16 * index;
    // A byte holds a side; 0 stands for 256.
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([header, ...pictures.map(({ png }) => png)]);
}

/**
 * A macOS icon of PNG pictures; those that also serve as the double of a smaller one stand in it twice.
 * @param pictures `{ size, png }` in pixels: 16 to 1024
 */
export function icnsOf(pictures) {
  const parts = pictures.flatMap(({ size, png }) => ICNS_TYPES[size].flatMap((type) => [chunkHeader(type, png.length), png]));
  const body = Buffer.concat(parts);
  return Buffer.concat([chunkHeader('icns', body.length), body]);
}

function chunkHeader(type, length) {
  const header = Buffer.alloc(8);
  header.write(type, 'latin1');
  header.writeUInt32BE(length + 8, 4);
  return header;
}
