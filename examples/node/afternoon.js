// What a host platform does with the service, from an afternoon's work.
//
//   pln serve --model models &
//   cd examples/node && npm ci && node afternoon.js 127.0.0.1:50051 ada
//
// Where the server asks for a token, or is encrypted: --token-file FILE, --ca FILE.
"use strict";

const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const { parseArgs } = require("util");
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

const PROTO = path.join(__dirname, "..", "..", "proto");
const FILES = ["recommendation", "network", "learner", "event"];
// Calls go round all servers, and what could not be delivered is tried again where that may be.
const SERVICE_CONFIG = fs.readFileSync(path.join(__dirname, "..", "service-config.json"), "utf8");
const SECONDS = 2;
const USAGE = "usage: node afternoon.js ADDRESS PERSON [--token-file FILE] [--ca FILE]";

const { recommender } = grpc.loadPackageDefinition(
  loader.loadSync(
    FILES.map((name) => `recommender/v1/${name}_service.proto`),
    { includeDirs: [PROTO], keepCase: false, longs: Number, enums: String, defaults: true },
  ),
);

// How to reach the server and who calls. A token goes out encrypted, or to this very machine.
function credentials(address, token, ca) {
  if (token && !ca && !/^(127\.0\.0\.1|localhost|\[::1\]):\d+$|^unix:/.test(address)) {
    throw new Error(`the token would go to ${address} unencrypted; give --ca`);
  }
  const metadata = new grpc.Metadata();
  if (token) metadata.set("authorization", `Bearer ${token}`);
  const channel = ca ? grpc.credentials.createSsl(ca) : grpc.credentials.createInsecure();
  return { channel, metadata };
}

// A client whose methods give promises; every call has a deadline.
function connect(Service, address, { channel, metadata }) {
  const client = new Service(address, channel, { "grpc.service_config": SERVICE_CONFIG });
  const call = (method, request) =>
    new Promise((resolve, reject) => {
      const deadline = new Date(Date.now() + SECONDS * 1000);
      client[method](request, metadata, { deadline }, (error, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
  return { call, close: () => client.close() };
}

// All pages of a list, one name after another.
async function* names(service, method, request) {
  for (let pageToken = ""; ; ) {
    const page = await service.call(method, { ...request, pageToken });
    yield* page.recommendations;
    pageToken = page.nextPageToken;
    if (!pageToken) return;
  }
}

const now = () => ({ seconds: Math.floor(Date.now() / 1000), nanos: 0 });

async function homePage({ lists, networks, events }, personId) {
  console.log("Get to know:");
  const page = await lists.call("recommendPeople", { personId, pageSize: 5 });
  for (const one of page.recommendations) {
    const why = one.reasons.map((reason) => reason.text).join("; ");
    console.log(`  ${one.rank}. ${one.displayName || one.personId}: ${why}`);
  }
  if (page.recommendations.length === 0) console.log("  nobody for now");

  // Nothing teaches the service more than what became of its lists. The ids are the host's own, so
  // that a repetition counts once.
  const { attributionToken } = page.answer;
  const feedback = page.recommendations.map((one) => ({
    eventId: `${personId}-${one.personId}-shown-${attributionToken.slice(-8)}`,
    attributionToken,
    personId,
    contactId: one.personId,
    action: "FEEDBACK_ACTION_SHOWN",
    occurTime: now(),
    rank: one.rank,
    surface: "home",
  }));
  if (feedback.length > 0) {
    const { outcomes } = await events.call("writeFeedback", { feedback });
    console.log(`Feedback: ${outcomes.map((one) => one.status).join(", ")}`);
  }

  let count = 0;
  for await (const one of names(lists, "recommendReactivations", { personId, pageSize: 100 })) {
    if (count === 0) console.log(`Pick up again: ${one.displayName || one.personId}. ${one.opener}`);
    count += 1;
  }
  console.log(`Ties to pick up again: ${count}`);

  console.log("Your network:");
  const network = await networks.call("getNetwork", { personId });
  for (const layer of network.layers) console.log(`  ${layer.layer}: ${layer.tieCount}`);
  return page.recommendations;
}

// She does not want the last of several. Writes carry an id, so that one that is tried again is made
// once.
async function notWanted({ learners }, personId, contactId) {
  const block = { personId, contactId, kind: "BLOCK_KIND_DISMISS" };
  await learners.call("createBlock", { block, requestId: crypto.randomUUID() });
  const { blocks } = await learners.call("listBlocks", { personId });
  console.log("Not wanted:");
  for (const one of blocks) console.log(`  ${one.contactId}: ${one.kind}`);
}

async function visit(address, personId, credentials) {
  const v1 = recommender.v1;
  const services = {
    lists: connect(v1.RecommendationService, address, credentials),
    networks: connect(v1.NetworkService, address, credentials),
    learners: connect(v1.LearnerService, address, credentials),
    events: connect(v1.EventService, address, credentials),
  };
  try {
    const shown = await homePage(services, personId);
    if (shown.length > 1) await notWanted(services, personId, shown.at(-1).personId);
  } catch (error) {
    console.error(`no lists for ${personId}: ${grpc.status[error.code]}: ${error.details}`);
    process.exitCode = 1;
  } finally {
    for (const service of Object.values(services)) service.close();
  }
}

// What the command line says; throws where it says too little or names what is not there.
function asked() {
  const file = { type: "string" };
  const options = { "token-file": file, ca: file };
  const { positionals, values } = parseArgs({ allowPositionals: true, options });
  if (positionals.length !== 2) throw new Error("name the server's address and a person");
  const [address, personId] = positionals;
  const token = values["token-file"] && fs.readFileSync(values["token-file"], "utf8").trim();
  const ca = values.ca && fs.readFileSync(values.ca);
  return [address, personId, credentials(address, token, ca)];
}

function main() {
  let found;
  try {
    found = asked();
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  visit(...found);
}

main();
