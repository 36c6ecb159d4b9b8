-- One request after the other over the paths of BENCH_PATHS; a new idempotency key for each.
local headers = {["Authorization"] = os.getenv("BENCH_AUTHORIZATION")}
local method, body, prefix = os.getenv("BENCH_METHOD"), os.getenv("BENCH_BODY"), os.getenv("BENCH_KEY")
local paths, count = {}, 0
for path in os.getenv("BENCH_PATHS"):gmatch("[^\n]+") do paths[#paths + 1] = path end
if body ~= "" then headers["Content-Type"] = os.getenv("BENCH_CONTENT_TYPE") else body = nil end

function request()
   count = count + 1
   if prefix ~= "" then headers["Idempotency-Key"] = prefix .. count end
   return wrk.format(method, paths[count % #paths + 1], headers, body)
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      '\nRESULT {"requests": %d, "seconds": %f, "refused": %d, "broken": %d, "p50_ms": %f, "p99_ms": %f}\n',
      summary.requests, summary.duration / 1e6, errors.status,
      errors.connect + errors.read + errors.write + errors.timeout,
      latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
