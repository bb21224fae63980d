-- nginx.lua - for wrk: NGX_KEYS is "one", the same key for all requests; "many",
-- one of ten thousand; or "unique", a new one each time

local keys = os.getenv("NGX_KEYS")
local requests = {}
local n = 0

function init()
    math.randomseed(os.time())
    n = math.random(1000000) * 1000000
    for i = 1, keys == "many" and 10000 or 1 do
        requests[i] = wrk.format("GET", "/?k=" .. i * 7919 % 10000)
    end
end

function request()
    n = n + 1
    if keys == "unique" then
        return wrk.format("GET", string.format("/?k=%012d", n))
    end
    return requests[n % #requests + 1]
end
