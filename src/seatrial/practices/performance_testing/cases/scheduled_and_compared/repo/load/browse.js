import http from "k6/http";

export const options = {
  scenarios: {
    browse: { executor: "constant-arrival-rate", rate: 50, duration: "5m", preAllocatedVUs: 100 },
  },
  thresholds: { http_req_duration: ["p(95)<300"], http_req_failed: ["rate<0.01"] },
};

export default function () {
  http.get(`${__ENV.BASE_URL}/api/v1/products`);
}
