// State of a job, as a badge.
import { badge } from "./badge.js";

const TONES = { pending: "wait", running: "info", done: "good", failed: "bad", stalled: "warn", lost: "warn", said: "neutral" };

export const jobState = (job) => badge(job.state, TONES[job.state]);
