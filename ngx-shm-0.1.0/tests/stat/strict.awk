# SPDX-License-Identifier: BSD-2-Clause
# strict.awk - is this OpenMetrics text?  Prints what is wrong; then status 1.
#
# Of the format all that counters, gauges and histograms may meet: which lines
# there are, their order, names, labels, escapes, numbers, and that no family
# takes the name of another one's samples.

function wrong(what) {
    printf "line %d: %s: %s\n", NR, what, $0
    bad = 1
}

function name_at(s) {
    return match(s, /^[a-zA-Z_:][a-zA-Z0-9_:]*/) ? substr(s, 1, RLENGTH) : ""
}

# only \\, \n and \" are escapes
function escaped(s) {
    gsub(/\\[\\n"]/, "", s)
    return s !~ /["\\]/
}

# The text of { to }: into label[], in order into labels.  What follows it.
function read_labels(s,    key, value) {
    split("", label)
    labels = ""
    s = substr(s, 2)

    while (s !~ /^[}]/) {
        if (!match(s, /^[a-zA-Z_][a-zA-Z0-9_]*="/)) {
            wrong("a label")
            return ""
        }
        key = substr(s, 1, RLENGTH - 2)
        s = substr(s, RLENGTH + 1)

        if (!match(s, /^([^"\\]|\\[\\n"])*"/)) {
            wrong("the value of a label")
            return ""
        }
        value = substr(s, 1, RLENGTH - 1)
        s = substr(s, RLENGTH + 1)

        if (key in label)
            wrong("a label twice")
        label[key] = value
        if (key != "le")
            labels = labels key "=" value ";"

        if (s ~ /^,[a-zA-Z_]/)
            s = substr(s, 2)
        else if (s !~ /^[}]/) {
            wrong("what follows a label")
            return ""
        }
    }

    return substr(s, 2)
}

# The next family, or the same one goes on.
function family_is(name) {
    if (name == family)
        return
    end_histogram()
    if (name in families)
        wrong("a family in two places")
    families[name] = 1
    family = name
    type = help = ""
    sampled = 0
}

function claim(name) {
    if ((name in claims) && claims[name] != family)
        wrong(name " belongs to " claims[name])
    claims[name] = family
}

function end_histogram() {
    if (counting != "" && !counted)
        wrong("a histogram without its count")
    counting = ""
}

function number(text) {
    return text ~ /^-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?$/
}

# The same number has one form, or two scrapes would differ.
function canonical(le) {
    return le == "+Inf" || le ~ /^(0|[1-9][0-9]*)\.0$/ || le ~ /^1e\+[0-9][0-9]$/
}

# Decimal numbers of any length: -1, 0, 1.
function compare(a, b) {
    if (length(a) != length(b))
        return length(a) < length(b) ? -1 : 1
    return ("x" a) < ("x" b) ? -1 : ("x" a) > ("x" b)
}

function digits(le,    n) {
    if (le ~ /^1e/) {
        n = substr(le, 4) + 0
        le = "1"
        while (n-- > 0)
            le = le "0"
        return le
    }
    sub(/\.0$/, "", le)
    return le
}

function bucket(value,    le) {
    if (!("le" in label)) {
        wrong("a bucket without le")
        return
    }
    le = label["le"]
    if (!canonical(le))
        wrong("le in another form")

    if (counting != "{" labels) {
        end_histogram()
        counting = "{" labels
        counted = 0
        last = last_le = ""
    }
    if (last_le == "+Inf" || counted)
        wrong("a bucket after the last one")
    if (last != "" && compare(value, last) < 0)
        wrong("buckets fall")
    if (last_le != "" && le != "+Inf" && compare(digits(le), digits(last_le)) <= 0)
        wrong("bounds fall")
    last = value
    last_le = le
}

function histogram(end, value) {
    if (end == "_bucket") {
        bucket(value)
        return
    }
    if ("le" in label)
        wrong("le where no bucket is")
    if (counting != "{" labels || last_le != "+Inf")
        wrong("no buckets before it")
    if (end == "_count") {
        counted = 1
        if (value != last)
            wrong("count is not the last bucket")
    } else if (end != "_sum")
        wrong("no sample of a histogram")
}

function sample(    name, rest, end, key) {
    name = name_at($0)
    if (name == "") {
        wrong("no line of the format")
        return
    }
    rest = substr($0, length(name) + 1)
    split("", label)
    labels = ""
    if (rest ~ /^[{]/)
        rest = read_labels(rest)
    if (rest !~ /^ [^ ]+$/) {
        wrong("a value")
        return
    }
    rest = substr(rest, 2)
    if (!number(rest))
        wrong("a number")

    if (family == "" || type == "" || substr(name, 1, length(family)) != family) {
        wrong("a sample outside of its family")
        return
    }
    end = substr(name, length(family) + 1)
    claim(name)
    sampled = 1
    key = name "{" labels ("le" in label ? "le=" label["le"] : "")
    if (key in seen)
        wrong("the same sample twice")
    seen[key] = 1

    if (type == "counter") {
        if (end != "_total")
            wrong("a counter ends with _total")
        if (rest ~ /^-/)
            wrong("a counter below 0")
    } else if (type == "gauge") {
        if (end != "")
            wrong("a gauge has no ending")
    } else
        histogram(end, rest)
}

{
    if (ended)
        wrong("after the end")
    if ($0 ~ /[^ -~]/)
        wrong("a byte that is not ASCII")
}
$0 == "# EOF" {
    end_histogram()
    ended = 1
    next
}
/^# TYPE [^ ]+ (counter|gauge|histogram)$/ {
    if (name_at($3) != $3)
        wrong("a name")
    family_is($3)
    if (type != "" || sampled)
        wrong("TYPE too late")
    type = $4
    claim($3)
    if (type == "counter") {
        claim($3 "_total")
        claim($3 "_created")
    } else if (type == "histogram") {
        claim($3 "_bucket")
        claim($3 "_count")
        claim($3 "_sum")
        claim($3 "_created")
    }
    next
}
/^# HELP [^ ]+ / {
    family_is($3)
    if (help != "" || sampled)
        wrong("HELP too late")
    help = substr($0, length("# HELP " $3 " ") + 1)
    if (!escaped(help))
        wrong("an escape")
    next
}
{ sample() }
END {
    if (!ended) {
        print "there is no # EOF at the end"
        bad = 1
    }
    exit bad
}
