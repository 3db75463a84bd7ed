// Asks the routes of the application at a fixed rate: requests start on time, however slow the
// answers are, so that waiting users are counted.
//
//   BASE_URL=http://localhost:8000 k6 run load/routes.js
import { check } from "k6";
import http from "k6/http";

const ROUTES = ["/api/v1/migrations"];
const RATE = Number(__ENV.RATE || 20);

export const options = {
  scenarios: {
    routes: {
      executor: "constant-arrival-rate",
      rate: RATE,
      timeUnit: "1s",
      duration: __ENV.DURATION || "60s",
      // Enough for answers of ten seconds; with fewer, requests would wait for each other.
      preAllocatedVUs: RATE * 2,
      maxVUs: RATE * 10,
      gracefulStop: "10s",
    },
  },
  summaryTrendStats: ["min", "med", "p(95)", "p(99)"],
  thresholds: {
    // A run that did not ask as often as it should says nothing.
    dropped_iterations: ["count==0"],
    http_req_failed: ["rate<0.005"],
    ...Object.fromEntries(
      ROUTES.map((route) => [`http_req_duration{name:${route}}`, ["p(95)<500"]]),
    ),
  },
};

export default function () {
  const route = ROUTES[Math.floor(Math.random() * ROUTES.length)];
  const response = http.get(`${__ENV.BASE_URL}${route}`, { tags: { name: route } });
  check(response, { "answered": (r) => r.status > 0 && r.status < 400 });
}
