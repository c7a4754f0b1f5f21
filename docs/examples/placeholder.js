// Paint the `placeholder` of a picture of Constellation, a ThumbHash, while the picture loads. It needs no library.
export function pixels(placeholder) { // { width, height, data }: 32 pixels at the longer side, red, green, blue, opacity
  const bytes = Uint8Array.from(atob(placeholder), (letter) => letter.charCodeAt(0));
  const bits = (at, count) => Array.from({ length: count }, (_, i) => (bytes[(at + i) >> 3] >> ((at + i) & 7)) & 1)
    .reduce((value, bit, i) => value + bit * 2 ** i, 0);
  const [clear, landscape, short] = [bits(23, 1), bits(39, 1), bits(24, 3)];
  const [across, down] = landscape ? [clear ? 5 : 7, short] : [short, clear ? 5 : 7];
  let at = clear ? 48 : 40;
  const plane = (nx, ny, average, scale) => {
    const waves = [];
    for (let y = 0; y < ny; y++)
      for (let x = y ? 0 : 1; x * ny < nx * (ny - y); x++, at += 4) waves.push([x, y, (bits(at, 4) / 7.5 - 1) * scale * 2]);
    return (u, v) => waves.reduce((sum, [x, y, f]) => sum + f * Math.cos(Math.PI * x * u) * Math.cos(Math.PI * y * v), average);
  };
  const light = plane(Math.max(3, across), Math.max(3, down), bits(0, 6) / 63, bits(18, 5) / 31);
  const yellow = plane(3, 3, bits(6, 6) / 31.5 - 1, bits(27, 6) / 63 * 1.25);
  const reddish = plane(3, 3, bits(12, 6) / 31.5 - 1, bits(33, 6) / 63 * 1.25);
  const opacity = clear ? plane(5, 5, bits(40, 4) / 15, bits(44, 4) / 15) : () => 1;
  const [width, height] = [across, down].map((side) => Math.max(1, Math.round(32 * side / Math.max(across, down))));
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [u, v] = [(i % width + 0.5) / width, (Math.floor(i / width) + 0.5) / height];
    const [l, p, q] = [light(u, v), yellow(u, v), reddish(u, v)];
    const blue = l - 2 / 3 * p, red = (3 * l - blue + q) / 2;
    data.set([red, red - q, blue, opacity(u, v)].map((value) => 255 * value), 4 * i);
  }
  return { width, height, data };
}
export function paint(canvas, placeholder) { // style the canvas with the width and height of the picture
  const { width, height, data } = pixels(placeholder);
  Object.assign(canvas, { width, height });
  canvas.getContext('2d').putImageData(new ImageData(data, width, height), 0, 0);
}
