// What a host platform does with the service, from an afternoon's work.
//
//   pln serve --model models &
//   cd examples/node && npm ci && node afternoon.js 127.0.0.1:50051 ada
"use strict";

const fs = require("fs");
const path = require("path");
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

const PROTO = path.join(__dirname, "..", "..", "proto");
const FILES = ["recommendation_service", "network_service"];
// Calls go round all servers, and what could not be delivered is tried again where that may be.
const SERVICE_CONFIG = fs.readFileSync(path.join(__dirname, "..", "service-config.json"), "utf8");
const SECONDS = 2;

const { recommender } = grpc.loadPackageDefinition(
  loader.loadSync(
    FILES.map((name) => `recommender/v1/${name}.proto`),
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

async function homePage(lists, networks, personId) {
  console.log("Get to know:");
  const { recommendations } = await lists.call("recommendPeople", { personId, pageSize: 5 });
  for (const one of recommendations) {
    const why = one.reasons.map((reason) => reason.text).join("; ");
    console.log(`  ${one.rank}. ${one.displayName || one.personId}: ${why}`);
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
}

async function main(address, personId) {
  const lists = connect(recommender.v1.RecommendationService, address);
  const networks = connect(recommender.v1.NetworkService, address);
  try {
    await homePage(lists, networks, personId);
  } catch (error) {
    console.error(`no lists for ${personId}: ${grpc.status[error.code]}: ${error.details}`);
    process.exitCode = 1;
  } finally {
    lists.close();
    networks.close();
  }
}

main(...process.argv.slice(2));
