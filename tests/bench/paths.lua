-- wrk script: random lines of a file of paths, and the result as one line.
-- Requests are put together beforehand: what is measured is who answers.
local requests = {}

function init(args)
   for line in io.lines(args[1]) do
      requests[#requests + 1] = wrk.format("GET", line)
   end
   math.randomseed(tonumber(args[2]))
end

function request()
   return requests[math.random(#requests)]
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format("RESULT %.0f %d %d %d %d\n",
      summary.requests / (summary.duration / 1e6),
      latency:percentile(50), latency:percentile(99),
      errors.status,
      errors.connect + errors.read + errors.write + errors.timeout))
end
