-- load.lua - requests to every zone, with many keys, in turn; for wrk

local paths = { "/req", "/req/small", "/conn", "/cache/", "/up" }
local n = 0

function init()
    math.randomseed(os.time())
end

function request()
    n = n + 1
    return wrk.format("GET", paths[n % #paths + 1] .. "?k="
                             .. math.random(20000))
end
