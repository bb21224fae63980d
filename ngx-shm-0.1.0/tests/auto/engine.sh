#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# engine.sh - auto/configure with good and bad questions
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no
# shellcheck disable=SC2016         # scripts in quotes

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

# question NAME RUN BODY [LIBS]: write a question, with the lines of $includes
includes='#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>'
question() {
    mkdir -p questions
    cat >"questions/$1.c" <<END
/* probe: the $1 question
 * macro: NGX_HAVE_$(echo "$1" | tr '[:lower:]' '[:upper:]')
 * run:   $2
${4:+ * libs:  $4
} */
$includes
$3
END
}

# ask [ARGUMENT...]: answer the questions into out/
ask() {
    sh "$top/auto/configure" --probes=questions --output=out "$@"
}

# answer MACRO VALUE: the header says so
answer() {
    grep "^#define NGX_HAVE_$1  $2\$" out/ngx_auto_config.h
}

evidence() {
    grep -F "$2" out/ngx_auto_config.txt | grep "^NGX_HAVE_$1 "
}

questions() {
    question yes yes 'int main(void) { return PROT_READ == 12345; }'
    question more yes 'static int f(void) { return 0; }
int main(void) { return f(); }'
    question links no 'int main(void) { puts(""); return 0; }'
    question typed compile 'int main(void) { size_t n = 0; return (int) n; }'
    question value value 'enum { value = (int) sizeof(char) * -7 };
int main(void) { printf("%d", value); return 0; }'
    question printed value 'int main(void) { printf("42"); return 0; }'
    question bug bug 'int main(void) { return 1; }'
    question undeclared no 'int main(void) { return NOT_THERE; }'
    question unlinked no 'int main(void) { return not_there(); }'
    question fails yes 'int main(void) { fputs("no luck", stderr);
    return 3; }'
    question crashes yes 'int main(void) { *(volatile int *) 0 = 1; return 0; }'
    includes='#include <no/such/header.h>' question headless no \
        'int main(void) { return 0; }'
}

questions
ok 'questions are answered' ask
right() {
    answer YES 1 && answer MORE 1 && answer LINKS 1 && answer TYPED 1 &&
        answer VALUE -7 && answer PRINTED 42 && answer BUG 1 &&
        answer UNDECLARED 0 && answer UNLINKED 0 && answer FAILS 0 &&
        answer CRASHES 0 && answer HEADLESS 0
}
ok 'each answer is right' right
reasons() {
    evidence UNDECLARED "'NOT_THERE' undeclared" &&
        evidence UNLINKED "not_there" &&
        evidence FAILS '(exit status 3: no luck)' &&
        evidence CRASHES 'killed by signal 11' &&
        evidence HEADLESS 'no/such/header.h: No such file' &&
        evidence YES 'built, ran' && evidence LINKS built &&
        evidence TYPED compiled && evidence VALUE compiled
}
ok 'each answer has its evidence' reasons
failed() {
    grep 'int main(void) { return NOT_THERE; }' out/autoconf.err &&
        grep '^+ .*undeclared' out/autoconf.err && grep 'no luck' out/autoconf.err
}
ok 'what failed is in autoconf.err: program, command, words' failed

# a killed process takes a moment to disappear
clean() {
    [ -z "$(find out -name 'ngx_auto.*')" ] || return 1
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        pgrep -f "$work/out/ngx_auto" >&2 || return 0
        sleep 0.5
    done
    return 1
}

same_header() { cmp out/ngx_auto_config.h kept.h; }
kept() { cp out/ngx_auto_config.h kept.h; }
kept
list_answers() { sed -n 's/^#define //p' out/ngx_auto_config.h; }
list_answers >answers
fresh() { rm -rf out; ask "$@"; }
same_answers() { list_answers | cmp - answers; }

plainly() { fresh --no-merge --no-cache && same_answers; }
ok 'asked one by one the answers are the same' plainly
serially() { fresh --jobs=1 && same_header; }
ok 'asked by one job the header is the same' serially
cached() { ask >said && same_header && [ "$(grep -c '(cached)' said)" = 12 ]; }
ok 'asked again all answers come from the cache' cached
stamp() { touch -d 2001-01-01 out/ngx_auto_config.h kept.h && ask --no-cache &&
    [ -z "$(find out/ngx_auto_config.h -newer kept.h)" ]; }
ok 'a header that would not change keeps its time stamp' stamp

for shell in dash 'busybox sh' mksh yash 'zsh --emulate sh' bash; do
    name="runs in $shell with the same header"
    if command -v "${shell%% *}" >/dev/null; then
        # shellcheck disable=SC2086  # the shell is words
        shells() { rm -rf out && $shell "$top/auto/configure" \
            --probes=questions --output=out && same_header; }
        ok "$name" shells
    else
        skip "$name" 'not installed'
    fi
done

valid() {
    if command -v python3 >/dev/null; then
        python3 -m json.tool out/ngx_auto_config.json
    elif command -v jq >/dev/null; then
        jq . out/ngx_auto_config.json
    fi
}
if command -v python3 >/dev/null || command -v jq >/dev/null; then
    ok 'the JSON is valid' valid
else
    skip 'the JSON is valid' 'neither python3 nor jq here'
fi
cp out/ngx_auto_config.json kept.json
# each awk writes everything, and reads its cache again
for awk in mawk gawk original-awk 'busybox awk'; do
    name="runs with $awk with the same header and JSON"
    if command -v "${awk%% *}" >/dev/null; then
        mkdir -p "${awk%% *}"
        printf '#!/bin/sh\nexec %s%s "$@"\n' "$(command -v "${awk%% *}")" \
            "${awk#"${awk%% *}"}" >"${awk%% *}/awk"
        chmod +x "${awk%% *}/awk"
        cp "${awk%% *}/awk" "${awk%% *}/mawk"   # the preferred one
        # shellcheck disable=SC2030,SC2031  # the PATH of a subshell
        awks() (
            PATH=$work/${awk%% *}:$PATH
            fresh && same_header && valid && ask --diff=kept.json &&
                ask >said && [ "$(grep -c '(cached)' said)" = 12 ] && same_header &&
                sh "$top/auto/tom4" | cmp - "$top/m4/ngx_shm.m4"
        )
        ok "$name" awks
    else
        skip "$name" 'not installed'
    fi
done

explained() {
    sh "$top/auto/explain" --output=out NGX_HAVE_FAILS >why &&
        grep '^NGX_HAVE_FAILS is 0' why && grep 'exit status 3' why &&
        grep 'fputs("no luck", stderr)' why && grep '^+ ' why &&
        sh "$top/auto/explain" --output=out value >why && grep 'is -7' why
}
ok 'explain tells question, program, command and words' explained
no 'explain refuses an unknown macro' sh "$top/auto/explain" --output=out NIX

# questions that may be compiled beside the headers of others
beside() {
    mkdir -p headers beside
    echo 'typedef int clash;' >headers/clash1.h
    echo 'typedef long clash;' >headers/clash2.h
    for name in string.h math.h no/such.h stdlib.h "$@"; do
        macro=$(echo "$name" | tr '[:lower:]/.' '[:upper:]__')
        cat >"beside/$macro.c" <<END
/* macro: HAVE_$macro
 * with:  any
 * run:   no
 */
#include <$name>
int main(void) { return 0; }
END
    done
    ask --probes=beside --output=beside/merged --no-cache \
        "CPPFLAGS=-I$PWD/headers" && ask --probes=beside --output=beside/plain \
        --no-cache --no-merge "CPPFLAGS=-I$PWD/headers" &&
        cmp beside/merged/ngx_auto_config.h beside/plain/ngx_auto_config.h &&
        grep '^#define HAVE_NO_SUCH_H  0' beside/merged/ngx_auto_config.h &&
        grep '^#define HAVE_MATH_H  1' beside/merged/ngx_auto_config.h
}
ok 'questions beside the headers of others' beside
ok 'questions beside headers that do not go together' \
    beside clash1.h clash2.h

preset() {
    ask NGX_HAVE_YES=0 NGX_HAVE_VALUE=9 && answer YES 0 && answer VALUE 9 &&
        evidence YES preset && ask && answer YES 1 && answer VALUE -7
}
ok 'a preset wins, says so, and is not cached' preset
environment() { NGX_HAVE_YES=0 ask && answer YES 0; }
ok 'a preset in the environment wins' environment
no 'a preset that is no number is refused' ask NGX_HAVE_YES=perhaps
ask >/dev/null
difference() {
    cp out/ngx_auto_config.h other.h
    cp out/ngx_auto_config.json other.json
    sed 's/_YES  1/_YES  0/' out/ngx_auto_config.h >false.h
    sed 's/\(_YES", "answer": \)1/\10/' other.json >false.json
    echo '#define _GNU_SOURCE  1' >>other.h
    ask --diff=other.h && ask --diff other.json || return 1
    for other in h json; do
        ask --diff "false.$other" >said
        [ $? = 1 ] && [ "$(cat said)" = "NGX_HAVE_YES                     1  0" ] ||
            return 1
    done
}
ok '--diff tells which answers differ, from a header or JSON' difference
no 'an option without its value is refused' ask --diff

own_prefix() {
    ask --prefix-macro=MY_ --header=my.h --output=mine &&
        grep '^#define MY_HAVE_YES  1' mine/my.h &&
        [ "$(grep -c 'NGX_' mine/my.h)" = 0 ]
}
ok 'a header with its own name and prefix' own_prefix
blocks() {
    cat >blocks <<'END'
ngx_feature="mmap(MAP_ANON|MAP_SHARED)"
ngx_feature_name="NGX_HAVE_MAP_ANON"
ngx_feature_run=yes
ngx_feature_incs="#include <sys/mman.h>"
ngx_feature_path=
ngx_feature_libs=
ngx_feature_test="void *p;
                  p = mmap(NULL, 4096, PROT_READ, MAP_ANON|MAP_SHARED, -1, 0);
                  if (p == MAP_FAILED) return 1;"
. auto/feature

ngx_feature="nothing"
ngx_feature_name="NGX_have_nothing"
ngx_feature_run=no
ngx_feature_test="there_is_nothing()"
. auto/feature
END
    sh "$top/auto/configure" --probes=blocks --output=out2 &&
        grep '^#define NGX_HAVE_MAP_ANON  1' out2/ngx_auto_config.h &&
        grep '^#define NGX_HAVE_NOTHING  0' out2/ngx_auto_config.h
}
ok 'a file of nginx-style blocks is asked' blocks

# --- folders and their names
spaces() {
    place="it's (a) [\"place] \$HOME\\table"
    mkdir -p "$place" && cd "$place" &&
        cp -R "$top/auto" . && cp -R ../questions "more=questions here" &&
        sh auto/configure --probes='more=questions here' --output="o=u'\"t" &&
        cmp "o=u'\"t/ngx_auto_config.h" ../kept.h &&
        sh auto/configure --output="o=u'\"t" --diff=../kept.h
}
ok 'paths with spaces, quotes, backslashes, brackets and =' spaces
quoted_flags() {
    fresh CFLAGS='-DV="a b" -O1' && same_answers
}
ok 'flags with quoted spaces' quoted_flags
warned() { fresh CFLAGS='-Wall -Wextra -Werror -pedantic' && same_answers; }
ok 'flags that make warnings errors' warned
nowhere() { ask --output=/proc/nowhere; }
no 'an output folder that cannot be made is an error' nowhere
empty() { mkdir -p empty && ask --probes=empty; }
no 'a folder without questions is an error' empty
unnamed() { mkdir -p unnamed && echo 'int main(void) { return 0; }' \
    >unnamed/x.c && ask --probes=unnamed; }
no 'a question without macro is an error' unnamed
vacant() { mkdir -p vacant && cp questions/yes.c vacant && : >vacant/x.c &&
    ask --probes=vacant; }
no 'an empty question is an error' vacant
usage() {
    for word in --nix nix --jobs=many --header=a/b.h --prefix-macro='a b' \
        --prefix-macro=1_; do
        ask "$word"
        [ $? = 2 ] || return 1
    done
}
ok 'an unknown option or word: usage, exit status 2' usage
ok 'help is given' ask --help
carriage_returns() {
    mkdir -p returns &&
        for file in questions/*; do
            sed "s/\$/$(printf '\r')/" "$file" >"returns/${file#*/}"
        done
    fresh --probes=returns --no-cache && same_header && clean &&
        fresh --probes=returns --no-cache --no-merge && same_answers
}
ok 'lines may end with carriage returns' carriage_returns
cannot_keep() {
    fresh NGX_AUTO_CACHE=/proc/nowhere 2>error && same_header &&
        grep 'warning: .* cannot be kept in /proc/nowhere' error
}
ok 'a cache that cannot be kept is told of' cannot_keep
no_words() {
    for word in 'CC= ' 'CC=cc "' "CFLAGS=-D'" 'LIBS=-l('; do
        ask --no-cache "$word" 2>error
        [ $? = 1 ] && [ "$(grep -c . error)" = 1 ] && same_header &&
            grep -F "error: ${word%%=*}='${word#*=}' " error || return 1
    done
}
ok 'flags whose quotes do not match are named' no_words
no_answers() {
    for other in nowhere answers questions; do
        ask --diff="$other" 2>error
        [ $? = 2 ] && grep "auto/configure: error: .*$other" error || return 1
    done
}
ok '--diff with what holds no answers is an error' no_answers
no_more() {
    ask --no-cache | head -n 1 | grep checking && clean
}
ok 'who reads no more leaves no file and no process behind' no_more
closed() { fresh --no-cache <&- >&- && same_header; }
ok 'input and output may be closed' closed

# --- compilers that are broken: one clear error, the old header untouched
# broken NAME WORDS SCRIPT: a compiler that is SCRIPT; the error has WORDS
broken() {
    name=$1 words=$2
    printf '#!/bin/sh\n%s\n' "$3" >"broken cc"
    chmod +x "broken cc"
    refused() {
        ask --no-cache --timeout=4 CC='"./broken cc"' 2>error && return 1
        cat error
        [ "$(grep -c '^auto/configure: error:' error)" = 1 ] && grep -F "$words" error &&
            same_header && clean
    }
    ok "a compiler that $name is named" refused
}
fresh >/dev/null
kept
missing() {
    ask CC=./no-such-cc 2>error
    [ $? = 1 ] && cat error && grep 'cannot build a program' error &&
        same_header && clean
}
ok 'a compiler that is missing is named' missing
not_executable() {
    : >cc-text
    ask CC=./cc-text 2>error
    [ $? = 1 ] && grep 'cannot build a program' error && same_header
}
ok 'a compiler that is not executable is named' not_executable
broken 'always fails' 'out of order' 'echo out of order >&2; exit 1'
broken 'builds nothing' 'built nothing' 'exit 0'
broken 'hangs' 'more than 4 s' \
    "case \$* in *check.c*) exec $CC \"\$@\" ;; esac; sleep 60"
broken 'crashes' crashed \
    "case \$* in *check.c*) exec $CC \"\$@\" ;; esac; kill -SEGV \$\$"
warns() {
    printf '#!/bin/sh\necho "warning: everything" >&2\nexec %s "$@"\n' "$CC" \
        >warns
    chmod +x warns
    fresh CC=./warns && same_answers
}
ok 'a compiler that warns about everything is believed' warns
one_crash() {
    printf '#!/bin/sh\ncase "$*" in *%s*) kill -SEGV $$ ;; esac\nexec %s "$@"' \
        questions/fails.c "$CC" >crash1
    chmod +x crash1
    ask --no-cache CC=./crash1 NGX_HAVE_FAILS=0
}
ok 'with the question preset that crashes the compiler, all goes on' one_crash

# a worker that makes a file while the folder is removed makes rm fail
# shellcheck disable=SC2030,SC2031  # the PATH of a subshell
left_over() (
    mkdir -p once
    cat >once/rm <<'END'
#!/bin/sh
case $* in
    -rf*ngx_auto*) mkdir "$0.failed" 2>/dev/null && exit 1 ;;
esac
PATH=${PATH#*:} exec rm "$@"
END
    chmod +x once/rm
    PATH=$work/once:$PATH
    ask && [ -d once/rm.failed ] && clean
)
ok 'the work folder goes, even if it is not empty at once' left_over

# --- a disk that is full, from the first file on to the last
full() {
    mkdir -p full
    for size in 4 16 64; do
        # shellcheck disable=SC2016  # the inner shell expands
        unshare -rm sh -c '
            mount -t tmpfs -o size=$2k none full && mkdir full/out &&
                echo old >full/out/ngx_auto_config.h &&
                sh "$1/auto/configure" --probes=questions --output=full/out
            [ $? = 1 ] && [ "$(ls -A full/out)" = ngx_auto_config.h ] &&
                [ "$(cat full/out/ngx_auto_config.h)" = old ]
        ' sh "$top" "$size" >said 2>&1 || { cat said; return 1; }
        tail -n 1 said | grep -i 'error: .*\(full\|no space\)' || return 1
    done
}
if unshare -rm true 2>/dev/null; then
    ok 'a full disk is named, and the old header kept' full
else
    skip 'a full disk is named, and the old header kept' 'no user namespace'
fi

# --- programs that misbehave
mkdir -p good
mv questions good/all
includes='#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>'
question hangs yes 'int main(void) { for (;;) { pause(); } }'
question leaves yes 'int main(void) { if (fork() == 0) { sleep(77); }
    return 0; }'
question chatters yes 'int main(void) { int i; for (i = 0; i < 9999; i++) {
    puts("blah"); fputs("blubb\n", stderr); } return 0; }'
question floods yes 'static char block[1048576];
int main(void) { FILE *f = fopen("flood", "w"); int i;
    for (i = 0; i < 300 && fwrite(block, sizeof(block), 1, f) == 1; i++) { }
    fflush(f); for (;;) { pause(); } }'
misbehave() {
    fresh --timeout=4 && answer HANGS 0 && evidence HANGS 'still running' &&
        answer LEAVES 1 && answer CHATTERS 1 && answer FLOODS 0 && clean &&
        ! pgrep -x q.leaves
}
ok 'programs that hang, fork, chatter or fill the disk' misbehave
interrupted() {
    rm -rf out
    ask --quiet NGX_HAVE_HANGS=1 && kept
    for signal in INT TERM HUP; do
        # a shell without job control starts background processes with SIGINT
        # ignored, and nohup ignores SIGHUP
        python3 -c 'import os, signal, sys
for name in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
    signal.signal(name, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' sh "$top/auto/configure" --no-cache \
            --probes=questions --output=out >/dev/null 2>error &
        pid=$!
        # until then it may still ignore the signal
        for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            [ -z "$(find out -path '*/ngx_auto.*/jobs')" ] || break
            sleep 0.5
        done
        sleep 0.5
        kill -s "$signal" $pid
        wait $pid
        [ $? -gt 128 ] && same_header && clean || return 1
    done
}
if command -v python3 >/dev/null; then
    ok '^C, TERM and HUP leave no file and no process behind' interrupted
else
    skip '^C, TERM and HUP' 'python3 is not here'
fi
# removing the folder of a suite removes this one, too
taken_away() {
    rm -rf out
    sh "$top/auto/configure" --no-cache --quiet --probes=questions \
        --output=out >/dev/null 2>error &
    pid=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        ! grep -qs ' run\.' out/ngx_auto.*/slot.* || break
        sleep 0.5
    done
    sleep 2.5
    rm -rf out/ngx_auto.*
    wait $pid
    [ $? = 143 ] && clean
}
ok 'a work folder that is taken away ends the run, and its programs' taken_away
rm -rf questions
mv good/all questions

two_at_once() {
    rm -rf out
    ask --quiet &
    ask --quiet &
    wait
    right && clean
}
ok 'two runs at once in one place' two_at_once

# --- the cache
not_cached() { [ "$(ask "$@" | grep -c '(cached)')" = 0 ]; }
fresh >/dev/null
ok 'another flag is another question' not_cached CFLAGS=-O1
includes='#include "own.h"'
mkdir -p include1 include2
echo '#define OWN 0' >include2/own.h
rm -rf one && mkdir one && mv questions one/all
question own yes 'int main(void) { return OWN; }'
header_changes() {
    fresh "CPPFLAGS=-I$PWD/include1 -I$PWD/include2" && answer OWN 1 &&
        ask "CPPFLAGS=-I$PWD/include1 -I$PWD/include2" | grep '(cached)' &&
        echo '#define OWN 1' >include2/own.h &&
        ask "CPPFLAGS=-I$PWD/include1 -I$PWD/include2" && answer OWN 0 &&
        echo '#define OWN 0' >include1/own.h &&
        ask "CPPFLAGS=-I$PWD/include1 -I$PWD/include2" && answer OWN 1
}
ok 'a changed header, and a new one before it, are noticed' header_changes
# the header has the right answer already, the cache the old one
refused() {
    rm -rf out && set -- "CPPFLAGS=-I$PWD/include1"
    echo '#define OWN 0' >include1/own.h && ask "$@" && answer OWN 1 &&
        echo '#define OWN 1' >include1/own.h && ask --no-cache "$@" &&
        answer OWN 0 && ask "$@" && answer OWN 0
    status=$?
    echo '#define OWN 0' >include1/own.h
    return $status
}
ok 'an answer that is refused is in no report' refused
program_changes() {
    question own yes 'int main(void) { return !OWN; }'
    ask "CPPFLAGS=-I$PWD/include1 -I$PWD/include2" && answer OWN 0
}
ok 'a changed program is noticed' program_changes
rm -rf questions
mv one/all questions
compiler_changes() {
    printf '#!/bin/sh\nexec %s "$@"\n' "$CC" >cc1
    chmod +x cc1
    fresh CC=./cc1 && ask CC=./cc1 | grep '(cached)' || return 1
    printf '#!/bin/sh\n\nexec %s "$@"\n' "$CC" >cc1
    not_cached CC=./cc1 && ask CC=./cc1 | grep '(cached)' || return 1
    touch -d 2001-01-01 cc1
    not_cached CC=./cc1
}
ok 'a changed compiler is noticed' compiler_changes
# the compiler driver stays the same; the program that it calls changes
called_changes() {
    mkdir -p bin && printf '#!/bin/sh\nexit\n' >bin/cc1 && chmod +x bin/cc1
    cat >driver <<END
#!/bin/sh
case " \$* " in *' -E -v '*) echo ' $PWD/bin/cc1 -E -quiet' >&2 ;; esac
exec $CC "\$@"
END
    chmod +x driver
    fresh CC=./driver && ask CC=./driver | grep '(cached)' || return 1
    touch -d 2001-01-01 bin/cc1
    not_cached CC=./driver
}
ok 'a changed program that the compiler calls is noticed' called_changes
damaged() {
    fresh && for file in out/cache/*; do
        sed 's/^A 1$/A 0/' "$file" >x && cat x >"$file"
    done
    ask && same_answers
}
ok 'a damaged cache is not believed' damaged
shared() {
    rm -rf out out2
    NGX_AUTO_CACHE=$PWD/shared ask && NGX_AUTO_CACHE=$PWD/shared ask \
        --output=out2 | grep '(cached)' && [ ! -d out/cache ]
}
ok 'NGX_AUTO_CACHE is shared between places' shared
crowd() {
    rm -rf shared
    for i in 1 2 3 4; do
        NGX_AUTO_CACHE=$PWD/shared ask --quiet --output=crowd$i &
    done
    wait
    for i in 1 2 3 4; do
        cmp crowd$i/ngx_auto_config.h crowd1/ngx_auto_config.h || return 1
    done
    NGX_AUTO_CACHE=$PWD/shared ask | grep '(cached)'
}
ok 'four at once share a cache unharmed' crowd

# --- fields and macros of a question, merged and alone
both() {
    rm -rf both && ask --probes="$1" --output=both --no-cache --quiet &&
        cp both/ngx_auto_config.txt both.txt && rm -rf both &&
        ask --probes="$1" --output=both --no-cache --quiet --no-merge &&
        cut -c1-34 both/ngx_auto_config.txt >both.alone &&
        cut -c1-34 both.txt | diff both.alone -
}
# own NAME RUN FIELD PROGRAM
own() {
    mkdir -p own
    printf '/* macro: NGX_HAVE_%s\n * run: %s\n * %s\n */\n%s\n' \
        "$@" >"own/$1.c"
}
own_flags() {
    rm -rf own && mkdir -p own/inc && echo 'int in(void);' >own/inc/in.h
    own IN no "flags: -Iown/inc" '#include <in.h>
int main(void) { return sizeof(in()) == 1; }'
    own OUT no 'see: none' '#include <in.h>
int main(void) { return 0; }'
    own SIGNED yes 'flags: -funsigned-char' '#include <stdio.h>
int main(void) { volatile char c = (char) 200; return c > 0; }'
    own ATTRIBUTE compile 'flags: -Werror -Wattributes' \
        'static int f(void) __attribute__((no_such_attribute));
static int f(void) { return 0; }
int main(void) { return f(); }'
    echo 'static int beside(void) { return 0; }' >own/beside.h
    own BESIDE yes 'see: none' '#include <stdio.h>
#include "beside.h"
int main(void) { return beside(); }'
    both own && answered IN 1 && answered OUT 0 && answered SIGNED 0 &&
        answered ATTRIBUTE 0 && answered BESIDE 1
}
answered() { grep "^NGX_HAVE_$1  *$2  " both/ngx_auto_config.txt; }
ok "flags and headers of a question's own" own_flags
folders() {
    rm -rf own
    for name in ONE TWO; do
        own EXCL_$name yes 'see: none' '#include <fcntl.h>
int main(void) { return open("new", O_CREAT|O_EXCL|O_RDWR, 0600) == -1; }'
    done
    own LARGE yes 'see: none' '#define _FILE_OFFSET_BITS 64
#include <fcntl.h>
#include <unistd.h>
int main(void) { int fd = open("large", O_CREAT|O_RDWR, 0600);
    return fd == -1 || ftruncate(fd, ((off_t) 1 << 31) + 1) != 0; }'
    own SIGINT yes 'see: none' '#include <signal.h>
int main(void) { struct sigaction a;
    return sigaction(SIGINT, 0, &a) != 0 || a.sa_handler != SIG_DFL; }'
    both own && answered EXCL_ONE 1 && answered EXCL_TWO 1 &&
        answered LARGE 1 && answered SIGINT 1
}
ok 'a program has a folder, signals and limits of its own' folders
wide() {
    rm -rf own
    for value in 5000000000 -9223372036854775807-1 18446744073709551615U 0; do
        own "V$(echo "$value" | tr -c '0-9\n' _)" value 'see: none' \
            "#include <stdio.h>
enum { value = $value };
int main(void) { return 0; }"
    done
    own PAIR value 'see: none' '#include <stdio.h>
struct pair { char c; int i; };
enum { value = (int) sizeof(struct pair) };
int main(void) { return 0; }'
    both own && answered V5000000000 5000000000 && answered V0 0 &&
        answered V_9223372036854775807_1 -9223372036854775808 &&
        answered V18446744073709551615_ 18446744073709551615 &&
        answered PAIR 8
}
ok 'values from -2^63 to 2^64-1, and of types of its own' wide
unknown() {
    rm -rf own both
    for value in NO_SUCH 'sizeof(no_such_t)' 99999999999999999999999; do
        rm -rf own && own VALUE value 'see: none' "#include <stdio.h>
enum { value = $value };
int main(void) { return 0; }"
        for merge in --quiet --no-merge; do
            ask --probes=own --output=both --no-cache $merge 2>error
            [ $? = 1 ] && grep 'error: no value for .*VALUE' error &&
                [ ! -f both/ngx_auto_config.h ] || return 1
        done
    done
}
ok 'a value that nobody knows is an error, and no 0' unknown
not_c() {
    ask --no-cache CC=g++ 2>error
    [ $? = 1 ] && grep 'no C compiler' error || return 1
    # one of these is asked alone, and runs before anything else
    ask --no-cache --probes="$top/auto/probe" CC=g++ 2>error
    [ $? = 1 ] && grep 'no C compiler' error
}
if command -v g++ >/dev/null; then
    ok 'a compiler for C++ is refused' not_c
else
    skip 'a compiler for C++ is refused' 'no g++ here'
fi
no_headers() {
    ask --no-cache CPPFLAGS=-nostdinc 2>error
    [ $? = 1 ] && grep 'cannot build a program: .*errno.h' error || return 1
    mkdir -p system && echo '#include <not/there.h>' >system/errno.h
    ask --no-cache CPPFLAGS='-isystem system' 2>error
    [ $? = 1 ] && grep 'cannot build a program: not/there.h' error
}
ok 'a compiler without headers, or with a broken one, is named' no_headers
slow() {
    printf '#!/bin/sh\n[ "$1" = --version ] || sleep 30\nexec %s "$@"\n' \
        "$CC" >slow
    chmod +x slow
    ask --no-cache --timeout=2 CC=./slow 2>error
    [ $? = 1 ] && grep 'more than 2 s' error
}
ok 'a compiler that is too slow is named, with the limit' slow
hostile_cache() {
    rm -rf shared && NGX_AUTO_CACHE=$PWD/shared ask --quiet || return
    for file in shared/*; do
        name=$file
    done
    rm "$name" && mkfifo "$name" &&
        NGX_AUTO_CACHE=$PWD/shared ask --quiet && same_answers || return
    rm -f shared/* && mkdir "$name" &&
        NGX_AUTO_CACHE=$PWD/shared ask --quiet && same_answers
}
ok 'a cache with a FIFO, or a folder, in it' hostile_cache

# --- cross compiling, as seen from here: nothing that is built can run
cross() {
    printf '#!/bin/sh\nexit 126\n' >cannot
    chmod +x cannot
    printf '%s\n' ' * cross: yes *-linux-* no *' >line
    sed '/run:/r line' questions/yes.c >x && mv x questions/yes.c
    sed '/run:/r line' questions/fails.c >x && mv x questions/fails.c
    cat >foreign <<END
#!/bin/sh
$CC "\$@" || exit
while [ \$# -gt 0 ]; do
    case \$1:\${2-} in
        -o:*.o) ;;
        -o:*) echo 'for another system' >"\$2" ;;
    esac
    shift
done
END
    chmod +x foreign
    fresh CC=./foreign --host=x-linux-y && answer YES 1 && answer FAILS 1 &&
        evidence YES 'assumed for x-linux-y' && answer LINKS 1 &&
        answer VALUE -7 && answer MORE 0 && answer UNLINKED 0 &&
        fresh CC=./foreign --host=x-bsd-y && answer YES 0 && answer VALUE -7
}
ok 'cross: values are compiled, the rest is assumed as its line says' cross
no_host() {
    ask CC=./foreign --no-cache 2>error
    [ $? = 1 ] && grep -- '--host' error
}
ok 'cross: without --host the error says so' no_host
emulator() {
    printf '#!/bin/sh\nexit 5\n' >emu && chmod +x emu
    ask --host=x-linux-y CC="$CC" --emulator='env EMULATED=1' &&
        answer YES 1 && answer FAILS 0 && evidence YES 'built, ran' || return 1
    ask --no-cache --host=x-linux-y CC="$CC" --emulator=./emu 2>error
    [ $? = 1 ] && grep "emulator './emu'" error
}
ok 'cross: an emulator is used, and a broken one named' emulator

# each of two compilations waits for the other: --jobs=2 must run both at once
side_by_side() {
    mkdir -p pair && for name in a b; do
        printf '/* macro: NGX_%s */\nint main(void) { return 0; }\n' $name \
            >pair/$name.c
    done
    cat >pairing <<END
#!/bin/sh
for word; do
    case \$word in
        pair/a.c) other=b ;;
        pair/b.c) other=a ;;
        *) continue ;;
    esac
    : >"$work/started.\${word##*/}"
    for second in 1 2 3 4 5 6 7 8 9 10; do
        [ -f "$work/started.\$other.c" ] || sleep 1
    done
    [ -f "$work/started.\$other.c" ] || echo "\$word" >>"$work/lonely"
done
exec $CC "\$@"
END
    chmod +x pairing && sh "$top/auto/configure" --probes=pair --output=out \
        --no-merge --no-cache --quiet --jobs=2 CC="$work/pairing" || return
    [ ! -f lonely ]
}
ok 'two workers compile side by side' side_by_side

jobserver() {
    printf 'all:\n\t+sh "%s/auto/configure" %s\n' "$top" \
        '--no-cache --probes=questions --output=jobs' >jobs.mk
    "${MAKE-make}" -j3 -f jobs.mk >jobs.said 2>&1
    cat jobs.said
    ! grep -i token jobs.said && grep NGX_HAVE_YES jobs.said
}
ok "make's jobserver gets its tokens back" jobserver

plan
