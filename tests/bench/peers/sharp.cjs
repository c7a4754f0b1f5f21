// sharp with its defaults; it takes and answers the lines that worker.py does.

const fs = require("node:fs");
const readline = require("node:readline");
const sharp = require("sharp");

sharp.concurrency(1);
sharp.cache(false);
const originals = {};

async function transform(data, job) {
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
  for (let time = 0; time < job.times; time++) made = await transform(originals[job.file], job);
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
