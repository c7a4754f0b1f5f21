// sharp with its defaults; it takes and answers the lines that worker.py does.

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const readline = require("node:readline");
const sharp = require("sharp");

sharp.concurrency(1);
sharp.cache(false);
const originals = {};
const agent = new http.Agent({ keepAlive: true });

// The original from the bucket.
function fetched(job) {
  return new Promise((resolve, reject) => {
    http.get(`http://${job.address}/pictures/${path.basename(job.file)}`, { agent }, answer => {
      const pieces = [];
      answer.on("data", piece => pieces.push(piece)).on("end", () => resolve(Buffer.concat(pieces)));
    }).on("error", reject);
  });
}

// The options of a link, as far as sharp has them.
function withOptions(data, asked, format) {
  const background = asked.bg ? `#${asked.bg}` : format === "jpg" ? "#ffffff" : "#00000000";
  const position = asked.focus === "0,0" ? "left top" : asked.focus === "auto" ? "attention" : "centre";
  const fit = { pad: "contain", cover: "cover" }[asked.fit] ?? "inside";
  const flip = asked.flip ?? "";
  let image = sharp(data).flop(flip.includes("h")).flip(flip.includes("v"));
  if (asked.rotate) image = image.rotate(Number(asked.rotate));
  const size = { width: asked.w ? Number(asked.w) : undefined, height: asked.h ? Number(asked.h) : undefined };
  image = image.resize({ ...size, fit, position, background, withoutEnlargement: true });
  if (asked.blur) image = image.blur(Number(asked.blur));
  if (asked.gray) image = image.grayscale();
  if (asked.bg) image = image.flatten({ background });
  return image.toFormat(format, asked.q ? { quality: Number(asked.q) } : {}).toBuffer();
}

// A part of one page of a file: the way of serverless-iiif.
function part(job) {
  const [left, top, width, height] = job.region;
  return sharp(job.file, { page: job.page })
    .extract({ left, top, width, height })
    .resize({ width: job.width, height: job.height, fit: "fill" })
    .toFormat(job.format)
    .toBuffer();
}

async function transform(data, job) {
  if (job.region) return part(job);
  if (job.is_upload) return sharp(data).autoOrient().keepIccProfile().toFormat(job.format, job.options).toBuffer();
  if (job.asked) return withOptions(data, job.asked, job.format);
  const animated = job.file.endsWith(".gif") && ["gif", "webp"].includes(job.format);
  const size = { width: job.width, height: job.height ?? undefined };
  return sharp(data, { animated })
    .resize({ ...size, fit: job.crop ? "cover" : "inside", withoutEnlargement: true })
    .toFormat(job.format, job.options)
    .toBuffer();
}

async function answer(job) {
  originals[job.file] ??= fs.readFileSync(job.file);
  let made;
  const began = process.cpuUsage();
  for (let time = 0; time < job.times; time++) {
    made = await transform(job.address ? await fetched(job) : originals[job.file], job);
  }
  const spent = process.cpuUsage(began);
  fs.writeFileSync(job.out, made);
  const peak = /VmHWM:\s*(\d+)/.exec(fs.readFileSync("/proc/self/status", "ascii"))[1];
  const cpu = (spent.user + spent.system) / 1000 / job.times;
  console.log(JSON.stringify({ cpu_ms: cpu, bytes: made.length, peak_mb: peak / 1024 }));
}

async function serve() {
  for await (const line of readline.createInterface({ input: process.stdin })) await answer(JSON.parse(line));
}

serve();
