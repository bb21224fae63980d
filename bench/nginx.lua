-- nginx.lua - one key for all requests, or one of ten thousand; for wrk

local many = os.getenv("NGX_KEYS") == "many"
local requests = {}
local n = 0

function init()
    for i = 1, many and 10000 or 1 do
        requests[i] = wrk.format("GET", many and "/many?k=" .. i * 7919 % 10000
                                        or "/one")
    end
end

function request()
    n = n % #requests + 1
    return requests[n]
end
