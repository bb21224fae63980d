# SYNOPSIS
#
#   NGX_FEATURE(MACRO, WHAT, PROLOGUE, BODY, [ACTION-IF-FOUND],
#               [ACTION-IF-NOT-FOUND], [RUN = yes], [LIBS], [CROSS])
#
# DESCRIPTION
#
#   Ask one question with a program of PROLOGUE, which is what comes before
#   main, and the statements BODY.  RUN says what makes the answer:
#
#     compile   it compiles
#     no        it links
#     yes       it links, and exits with status 0
#     bug       it links, and does not exit with status 0
#     value     it prints a number, and exits with status 0; a line
#               "enum { value = EXPRESSION };" in PROLOGUE lets the compiler
#               tell the number, and nothing is run
#
#   When it does not link, it is tried with each word of LIBS in turn.
#   Warnings decide nothing, also with -Werror in the user's flags.
#
#   The result is in the shell variable MACRO: 0, 1, or the number; it is
#   defined as a macro of that name, always, so use #if and not #ifdef.  The
#   library that was needed is in MACRO_LIBS, without "HAVE_", which is
#   substituted; LIBS stays as it was.  The cache variable ngx_cv_MACRO holds
#   yes, no, a library, or the number, and in brackets what else is known; set
#   it to preset the answer.  A variable MACRO in the environment does the same.
#   An expression in "enum { value" that is wrong ends configure.
#
#   When cross compiling, the program is run by the command in NGX_EMULATOR,
#   or in --with-emulator.  Without one the answer is taken from CROSS, which
#   reads "yes PATTERN... no PATTERN...", with patterns for the host; the first
#   that matches counts, else no.  What was so assumed is marked in the result,
#   and one warning at the end of configure names all such macros.
#
#     NGX_FEATURE([HAVE_EPOLL], [epoll], [#include <sys/epoll.h>],
#       [return epoll_create(1) == -1;], [], [AC_MSG_ERROR([no epoll])],
#       [yes], [], [yes *-linux*])
#
# LICENSE
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.

#serial 2

AC_DEFUN([NGX_FEATURE],
[_NGX_FEATURE_ASK([$1], [$2], m4_default_quoted([$7], [yes]), [$8], [$9],
  [AC_LANG_PROGRAM([$3], [$4])])
AS_IF([test "$$1" != 0], [$5], [$6])
])

# _NGX_FEATURE_ASK(MACRO, WHAT, RUN, LIBS, CROSS, PROGRAM): as above
AC_DEFUN([_NGX_FEATURE_ASK],
[AC_REQUIRE([_NGX_FEATURE_INIT])dnl
m4_case([$3], [compile], [], [no], [], [yes], [], [bug], [], [value], [],
  [m4_fatal([$1: RUN is "$3"; it may be compile, no, yes, bug, value])])dnl
m4_pattern_allow([^$1$])dnl
m4_pushdef([_ngx_libs], m4_bpatsubst([[[$1]]], [HAVE_])[_LIBS])dnl
m4_pattern_allow(m4_defn([_ngx_libs]))dnl
AC_MSG_CHECKING([for $2])
ngx_run=$3 ngx_from=
AS_IF([test -n "$ngx_cv_$1"], [ngx_from=' (cached)'],
  [test -n "$$1"], [ngx_cv_$1=$$1 ngx_from=' (preset)'],
  [AC_LANG_PUSH([C])
  AC_LANG_CONFTEST([AC_LANG_SOURCE([$6])])
  ngx_libs="$4" ngx_cross="$5"
  ngx_fn_ask
  AC_LANG_POP([C])
  ngx_cv_$1=$ngx_answer])
ngx_answer=$ngx_cv_$1
ngx_fn_read_answer
AC_MSG_RESULT([$ngx_words$ngx_from])
AS_CASE(["$ngx_value:$ngx_answer:$ngx_assumed $ngx_guessed "],
  [error:*], [AC_MSG_ERROR([ngx_cv_$1=$ngx_answer is no answer; it may be yes, no, a library, or a number])],
  [unknown:*], [AC_MSG_ERROR([the value of $1 does not compile, or needs more than 64 bits, as config.log tells; preset ngx_cv_$1 to go on])],
  [*" $1 "*], [],
  [*assumed*], [ngx_assumed="$ngx_assumed $1"],
  [*guessed*], [ngx_guessed="$ngx_guessed $1"])
$1=$ngx_value _ngx_libs=$ngx_lib
AC_SUBST(_ngx_libs)
AC_DEFINE_UNQUOTED([$1], [$$1],
  m4_if([$3], [value], [[The $2.]],
    [[Define to 1 if you have $2, else to 0.]]))
m4_popdef([_ngx_libs])dnl
])

# _NGX_FEATURE_INIT: once in each configure
AC_DEFUN([_NGX_FEATURE_INIT],
[m4_pattern_forbid([^_?NGX_(CHECK_|FEATURE)])dnl
dnl PKG_CHECK_MODULES([NGX_SHM], [ngx-shm]) writes the name into --help.
m4_pattern_forbid([^NGX_SHM$], [the macro is NGX_CHECK_SHM])dnl
m4_wrap([m4_provide_if([PKG_CHECK_MODULES], [m4_pattern_allow([^NGX_SHM$])])])dnl
AC_REQUIRE([AC_PROG_CC])dnl
AC_ARG_VAR([NGX_EMULATOR],
  [command that runs programs of the host here, when cross compiling])dnl
AC_LANG_PUSH([C])
m4_divert_once([DEFAULTS], [ngx_assumed= ngx_guessed=])dnl
ngx_at='@' ngx_backquote='`'
_NGX_FEATURE_FUNCTIONS
ngx_emulator=${NGX_EMULATOR:-$with_emulator}
AS_CASE([$ngx_emulator], [yes | no], [ngx_emulator=])
AS_IF([test -n "$ngx_emulator"],
  [AC_LINK_IFELSE([AC_LANG_PROGRAM()],
    [(eval "$ngx_emulator ./conftest$EXEEXT") </dev/null >/dev/null \
      2>&AS_MESSAGE_LOG_FD ||
      { AC_MSG_WARN([NGX_EMULATOR=$ngx_emulator cannot run a program: none is run])
        ngx_emulator=; }])])
AC_LANG_POP([C])
AC_CONFIG_COMMANDS_PRE([AS_IF([test -n "$ngx_assumed$ngx_guessed"],
  [ngx_words="nothing could be run for ${host-$host_alias}"
  test -z "$ngx_assumed" || ngx_words="$ngx_words; assumed:$ngx_assumed"
  test -z "$ngx_guessed" ||
    ngx_words="$ngx_words; guessed, as no pattern knows this host:$ngx_guessed"
  AC_MSG_WARN([$ngx_words
  Set NGX_EMULATOR to a command that runs its programs, or preset ngx_cv_MACRO.])
  ngx_assumed= ngx_guessed=])])dnl
])

# _NGX_FEATURE_FUNCTIONS: shell functions; the program is in conftest.c, RUN,
# LIBS and CROSS in ngx_run, ngx_libs, ngx_cross, the result in ngx_answer
AC_DEFUN([_NGX_FEATURE_FUNCTIONS],
[ngx_fn_ask ()
{
  ngx_answer=no ngx_linked= ngx_save_LIBS=$LIBS ngx_save_CFLAGS=$CFLAGS
  AS_CASE(["$CC $CPPFLAGS $CFLAGS"], [*-Werror*], [CFLAGS="$CFLAGS -w"])
  AS_IF([test "$ngx_run" = compile],
    [AC_COMPILE_IFELSE([], [ngx_answer=yes])],
    [test "$ngx_run" = value &&
      grep '^ *enum { value = .*}; *$' conftest.$ac_ext >/dev/null],
    [ngx_fn_constant],
    [for ngx_lib in '' $ngx_libs
    do
      LIBS="$ngx_lib $ngx_save_LIBS"
      AC_LINK_IFELSE([], [ngx_linked=yes
        ngx_fn_linked])
      test -z "$ngx_linked" || break
    done])
  LIBS=$ngx_save_LIBS CFLAGS=$ngx_save_CFLAGS
  rm -f conftest.$ac_ext
}

ngx_fn_linked ()
{
  ngx_answer=${ngx_lib:-yes}
  AS_IF([test "$ngx_run" = no], [],
    [test "$cross_compiling" != yes || test -n "$ngx_emulator"], [ngx_fn_run],
    [ngx_fn_assume])
}

ngx_fn_run ()
{
  AS_ECHO(["running: $ngx_emulator ./conftest$EXEEXT"]) >&AS_MESSAGE_LOG_FD
  (eval "$ngx_emulator ./conftest$EXEEXT") </dev/null >conftest.out \
    2>&AS_MESSAGE_LOG_FD
  ngx_status=$?
  AS_ECHO(["exit status $ngx_status"]) >&AS_MESSAGE_LOG_FD
  AS_CASE(["$ngx_run:$ngx_status"],
    [bug:0], [ngx_answer=no],
    [bug:* | yes:0], [],
    [value:0], [ngx_answer=`sed ['/^-\{0,1\}[0-9][0-9]*$/!d;q'] conftest.out`],
    [ngx_answer=])
  AS_IF([test -z "$ngx_answer"],
    [ngx_answer='no (not working)'
    sed 's/^/| /' conftest.out conftest.$ac_ext >&AS_MESSAGE_LOG_FD])
  rm -f conftest.out
}

# The program is linked, and nothing can run.
ngx_fn_assume ()
{
  ngx_known= ngx_then=
  set -f
  for ngx_word in $ngx_cross
  do
    AS_CASE(["$ngx_word:${host-$host_alias}"],
      [yes:* | no:*], [ngx_then=$ngx_word],
      [AS_CASE([${host-$host_alias}],
        [$ngx_word], [ngx_known=${ngx_known:-$ngx_then}])])
  done
  set +f
  AS_IF([test "$ngx_known" != yes || test "$ngx_run" = value], [ngx_answer=no])
  AS_IF([test -n "$ngx_known"], [ngx_answer="$ngx_answer (assumed)"],
    [ngx_answer="$ngx_answer (guessed)"])
}

# The number is read out of the compiler's errors: an array for each bit has a
# negative size where the bit is 1, the 65th where the number is negative, the
# 66th always, and the 67th where 64 bits are too few.  A compiler that does
# not tell all of them is asked for one bit at a time.
ngx_fn_constant ()
{
  sed '/^ *enum { value = .*}; *$/q' conftest.$ac_ext >conftest.head
  ngx_answer=
  ngx_fn_bits 0
  AS_IF([(eval "$ac_compile") 2>conftest.err], [],
    [ngx_answer=`${AWK-awk} -F : ['
      /rror:/ || /error / {
        if (@S|@1 != "bit" || @S|@2 == 67) bad = 1
        else print @S|@2
      }
      END { if (bad) print "bad" }'] conftest.err | sort -nu | tr '\n' ' '`])
  cat conftest.err >&AS_MESSAGE_LOG_FD
  AS_CASE([" $ngx_answer"],
    [*bad*], [ngx_fn_bit_by_bit],
    [*' 66 '], [],
    [ngx_fn_bit_by_bit])
  AS_CASE([" $ngx_answer "],
    [*' 66 '*], [ngx_fn_add_bits],
    [' no '], [],
    [ngx_answer=unknown])
  rm -f conftest.head conftest.err conftest.$ac_objext
}

# the program for all bits, when the argument is 0, or for one
ngx_fn_bits ()
{
  cat conftest.head >conftest.$ac_ext
  ${AWK-awk} -v only=@S|@1 ['BEGIN {
    print "#line 1 \"bit\""
    part = "(value < 0 ? ~value : value)"
    for (bit = 1; bit <= 67; bit++) {
      is = "(" part ") >> " (bit - 1) % 16 " & 1"
      if (bit % 16 == 0) part = part " / 65536"
      if (bit == 64) beyond = part " || (value < 0 && (" is "))"
      if (bit == 65) is = "value < 0"
      if (bit == 66) is = "value <= 0 || value > 0"
      if (bit == 67) is = beyond
      if (only == 0 || only == bit)
        printf "extern char ngx_%d@<:@%s ? -1 : 1@:>@;", bit, is
      print ""
    }
  }'] >>conftest.$ac_ext
}

ngx_fn_bit_by_bit ()
{
  ngx_answer=unknown
  ngx_fn_bits 67
  AC_COMPILE_IFELSE([], [ngx_answer=])
  AS_IF([test -n "$ngx_answer"],
    [{ sed '$d' conftest.head; echo 'int ngx_value;'; } >conftest.$ac_ext
    AC_COMPILE_IFELSE([], [], [ngx_answer=no])
    return])
  ngx_bit=0
  while test $ngx_bit -lt 66
  do
    AS_VAR_ARITH([ngx_bit], [$ngx_bit + 1])
    ngx_fn_bits $ngx_bit
    AC_COMPILE_IFELSE([], [], [ngx_answer="$ngx_answer $ngx_bit"])
  done
}

# from the numbers of the bits that are 1 to digits
ngx_fn_add_bits ()
{
  ngx_answer=`AS_ECHO([" $ngx_answer "]) | ${AWK-awk} ['{
    minus = index(@S|@0, " 65 ") > 0
    for (bit = 64; bit >= 0; bit--) {
      carry = bit ? index(@S|@0, " " bit " ") > 0 : minus
      for (i = 0; i < 20; i++) {
        sum = (bit ? 2 : 1) * d@<:@i@:>@ + carry
        carry = sum > 9
        d@<:@i@:>@ = sum % 10
      }
    }
    for (i = 19; i >= 0; i--) digits = digits d@<:@i@:>@
    sub(/^0*/, "", digits)
    print (minus ? "-" : "") (digits == "" ? 0 : digits)
  }']`
}

# What the cache knows becomes ngx_value, ngx_lib, and words for the user.
ngx_fn_read_answer ()
{
  ngx_value=1 ngx_lib= ngx_words=found
  AS_CASE([$ngx_answer],
    [unknown], [ngx_value=unknown ngx_words='no answer'],
    ['no (not'*], [ngx_value=0 ngx_words='found but is not working'],
    [no | no\ * | 0], [ngx_value=0 ngx_words='not found'],
    [yes | yes\ *], [],
    [@<:@0-9@:>@* | -@<:@0-9@:>@*], [ngx_value=${ngx_answer%% *}],
    [-* | */* | *.a | *.so | *.o], [ngx_lib=${ngx_answer%% *}],
    [ngx_value=error])
  AS_CASE(["$ngx_run:$ngx_answer"],
    [value:no* | value:unknown], [],
    [value:*], [ngx_words=$ngx_value])
  AS_CASE([$ngx_answer],
    [*assumed*], [ngx_words="$ngx_words (assumed for ${host-$host_alias})"],
    [*guessed*], [ngx_words="$ngx_words (guessed for ${host-$host_alias})"])
}
])
