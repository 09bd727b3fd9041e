-- wrk script: random lines of a file of paths, and the result as one line.
local paths = {}

function init(args)
   for line in io.lines(args[1]) do
      paths[#paths + 1] = line
   end
   math.randomseed(tonumber(args[2]))
end

function request()
   return wrk.format("GET", paths[math.random(#paths)])
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format("RESULT %.0f %d %d %d %d\n",
      summary.requests / (summary.duration / 1e6),
      latency:percentile(50), latency:percentile(99),
      errors.status,
      errors.connect + errors.read + errors.write + errors.timeout))
end
