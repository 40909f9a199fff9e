// What a host platform does with the service, from an afternoon's work.
//
//   pln serve --model models &
//   cd examples/node && npm ci && node afternoon.js 127.0.0.1:50051 ada
"use strict";

const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

const PROTO = path.join(__dirname, "..", "..", "proto");
const FILES = ["recommendation", "network", "learner", "event"];
// Calls go round all servers, and what could not be delivered is tried again where that may be.
const SERVICE_CONFIG = fs.readFileSync(path.join(__dirname, "..", "service-config.json"), "utf8");
const SECONDS = 2;

const { recommender } = grpc.loadPackageDefinition(
  loader.loadSync(
    FILES.map((name) => `recommender/v1/${name}_service.proto`),
    { includeDirs: [PROTO], keepCase: false, longs: Number, enums: String, defaults: true },
  ),
);

// A client whose methods give promises; every call has a deadline.
function connect(Service, address) {
  const options = { "grpc.service_config": SERVICE_CONFIG };
  const client = new Service(address, grpc.credentials.createInsecure(), options);
  const call = (method, request) =>
    new Promise((resolve, reject) => {
      const deadline = new Date(Date.now() + SECONDS * 1000);
      client[method](request, { deadline }, (error, answer) =>
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

// She does not want the last of them. Writes carry an id, so that one that is tried again is made
// once.
async function notWanted({ learners }, personId, contactId) {
  const block = { personId, contactId, kind: "BLOCK_KIND_DISMISS" };
  await learners.call("createBlock", { block, requestId: crypto.randomUUID() });
  const { blocks } = await learners.call("listBlocks", { personId });
  console.log("Not wanted:");
  for (const one of blocks) console.log(`  ${one.contactId}: ${one.kind}`);
}

async function main(address, personId) {
  const v1 = recommender.v1;
  const services = {
    lists: connect(v1.RecommendationService, address),
    networks: connect(v1.NetworkService, address),
    learners: connect(v1.LearnerService, address),
    events: connect(v1.EventService, address),
  };
  try {
    const shown = await homePage(services, personId);
    if (shown.length > 0) await notWanted(services, personId, shown.at(-1).personId);
  } catch (error) {
    console.error(`no lists for ${personId}: ${grpc.status[error.code]}: ${error.details}`);
    process.exitCode = 1;
  } finally {
    for (const service of Object.values(services)) service.close();
  }
}

main(...process.argv.slice(2));
