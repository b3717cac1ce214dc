-- Send the requests of a file in order, one line each: path, tab, media type. Begin again at its end.
-- Called by tests/bench/load.py: wrk ... -s load.lua ADDRESS -- FILE

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  prepared, sent, begun_again = {}, 0, 0
  for line in io.lines(arguments[1]) do
    local path, media_type = line:match("^(.-)\t(.+)$")
    table.insert(prepared, wrk.format("GET", path, { ["Host"] = wrk.headers["Host"], ["Accept"] = media_type }))
  end
end

function request()
  sent = sent + 1
  if sent > #prepared then
    sent, begun_again = 1, begun_again + 1
  end
  return prepared[sent]
end

function done(summary, latency, requests)
  local again, errors = 0, summary.errors
  for _, thread in ipairs(threads) do
    again = again + thread:get("begun_again")
  end
  print(string.format(
    "measured: requests=%d microseconds=%d bytes=%d p50=%d p99=%d failures=%d begun_again=%d",
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout, again))
end
