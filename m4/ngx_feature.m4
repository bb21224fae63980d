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
#     value     it prints a number, and exits with status 0
#
#   When it does not link, it is tried with each word of LIBS in turn.
#
#   The result is in the shell variable MACRO: 0, 1, or the number; it is
#   defined as a macro of that name, always, so use #if and not #ifdef.  The
#   library that was needed is in MACRO_LIBS, without "HAVE_", which is
#   substituted; LIBS stays as it was.  The cache variable ngx_cv_MACRO holds
#   yes, no, a library, or the number; set it to preset the answer.  A variable
#   MACRO in the environment, 0, 1 or a number, does the same.
#
#   When cross compiling, the program is run by the command in NGX_EMULATOR.
#   Without one the answer is taken from CROSS, which reads "yes PATTERN... no
#   PATTERN...", with patterns for the host; the first that matches counts,
#   else no.  What was so assumed is marked in the result and warned of.
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

#serial 1

AC_DEFUN([NGX_FEATURE],
[_NGX_FEATURE_ASK([$1], [$2], m4_default([[$7]], [[yes]]), [$8], [$9],
  [AC_LANG_PROGRAM([$3], [$4])])
AS_IF([test "$$1" != 0], [$5], [$6])
])

# _NGX_FEATURE_INIT: once in each configure
AC_DEFUN([_NGX_FEATURE_INIT],
[m4_pattern_forbid([^_?NGX_(CHECK_|FEATURE|SHM$)])dnl
AC_REQUIRE([AC_PROG_CC])dnl
AC_ARG_VAR([NGX_EMULATOR],
  [command that runs programs of the host here, when cross compiling])dnl
ngx_emulator=$NGX_EMULATOR
AS_IF([test -n "$ngx_emulator"],
  [AC_LANG_PUSH([C])
  AC_LINK_IFELSE([AC_LANG_PROGRAM()],
    [(eval "$ngx_emulator ./conftest$EXEEXT") </dev/null >/dev/null \
      2>&AS_MESSAGE_LOG_FD ||
      { AC_MSG_WARN([NGX_EMULATOR=$ngx_emulator cannot run a program: none is run])
        ngx_emulator=; }])
  AC_LANG_POP([C])])
])

# _NGX_FEATURE_ASK(MACRO, WHAT, RUN, LIBS, CROSS, PROGRAM): as above.  RUN may
# also be int: PROGRAM then declares a constant named value.
AC_DEFUN([_NGX_FEATURE_ASK],
[AC_REQUIRE([_NGX_FEATURE_INIT])dnl
m4_pattern_allow([^$1$])dnl
m4_pushdef([_ngx_libs], m4_bpatsubst([[[$1]]], [HAVE_])[_LIBS])dnl
m4_pattern_allow(m4_defn([_ngx_libs]))dnl
AS_IF([test -n "$$1" && test -z "$ngx_cv_$1"], [ngx_cv_$1=$$1])
ngx_at='@' ngx_backquote='`'
AC_LANG_PUSH([C])
AC_CACHE_CHECK([for $2], [ngx_cv_$1],
  [m4_if([$3], [int],
    [AC_COMPUTE_INT([ngx_cv_$1], [value], [$6], [ngx_cv_$1=0])],
    [_NGX_FEATURE_TRY([$3], [$4], [$5], [$6])
  ngx_cv_$1=$ngx_answer])])
AC_LANG_POP([C])
AS_CASE(["$ngx_cv_$1"], [*assumed*],
  [AC_MSG_WARN([nothing was run; preset ngx_cv_$1 if this is wrong])])
AS_CASE(["$ngx_cv_$1"],
  [no* | 0], [$1=0 _ngx_libs=],
  [-*], [$1=1 _ngx_libs=${ngx_cv_$1%% *}],
  [yes*], [$1=1 _ngx_libs=],
  [$1=$ngx_cv_$1 _ngx_libs=])
AC_SUBST(_ngx_libs)
AC_DEFINE_UNQUOTED([$1], [$$1],
  m4_if([$3], [int], [[The $2.]], [$3], [value], [[The $2.]],
    [[Define to 1 if you have $2, else to 0.]]))
m4_popdef([_ngx_libs])dnl
])

# _NGX_FEATURE_TRY(RUN, LIBS, CROSS, PROGRAM): leave the answer in ngx_answer
AC_DEFUN([_NGX_FEATURE_TRY],
[ngx_answer=no
  ngx_save_LIBS=$LIBS
  AC_LANG_CONFTEST([AC_LANG_SOURCE([$4])])
  m4_if([$1], [compile], [AC_COMPILE_IFELSE([], [ngx_answer=yes])],
  [for ngx_lib in '' $2
  do
    LIBS="$ngx_lib $ngx_save_LIBS"
    AS_IF([test "$ngx_answer" = no],
      [AC_LINK_IFELSE([], [ngx_answer=${ngx_lib:-yes}
        m4_if([$1], [no], [],
          [AS_IF([test "$cross_compiling" != yes || test -n "$ngx_emulator"],
            [_NGX_FEATURE_RUN([$1])], [_NGX_FEATURE_CROSS([$1], [$3])])])
        ngx_linked=yes])])
    test "$ngx_answer" = no || break
    test -z "$ngx_linked" || break
  done
  AS_UNSET([ngx_linked])])
  LIBS=$ngx_save_LIBS
  rm -f conftest.$ac_ext dnl
])

# _NGX_FEATURE_RUN(RUN): the program is linked; run it
AC_DEFUN([_NGX_FEATURE_RUN],
[AS_ECHO(["running: $ngx_emulator ./conftest$EXEEXT"]) >&AS_MESSAGE_LOG_FD
        (eval "$ngx_emulator ./conftest$EXEEXT") </dev/null >conftest.out \
          2>&AS_MESSAGE_LOG_FD
        ngx_status=$?
        AS_ECHO(["exit status $ngx_status"]) >&AS_MESSAGE_LOG_FD
        m4_case([$1],
          [bug], [test $ngx_status != 0 || ngx_answer=no],
          [value], [read ngx_answer <conftest.out
            test $ngx_status = 0 && test -n "$ngx_answer" || ngx_answer=no],
          [test $ngx_status = 0 || ngx_answer=no])
        AS_IF([test $ngx_status != 0],
          [sed 's/^/| /' conftest.$ac_ext >&AS_MESSAGE_LOG_FD])
        rm -f conftest.out dnl
])

# _NGX_FEATURE_CROSS(RUN, CROSS): the program is linked, and nothing can run
AC_DEFUN([_NGX_FEATURE_CROSS],
[ngx_known=no
        case ${host-$host_alias} in dnl (
        m4_pushdef([_ngx_then], [no])dnl
        m4_foreach_w([_ngx_word], [$2],
          [m4_if(_ngx_word, [yes], [m4_define([_ngx_then], [yes])],
            _ngx_word, [no], [m4_define([_ngx_then], [no])],
            [
          m4_defn([_ngx_word])@:}@ ngx_known=_ngx_then ;; dnl (
])])dnl
        m4_popdef([_ngx_then])
          *@:}@ ;;
        esac
        m4_if([$1], [value], [ngx_answer=no],
          [test "$ngx_known" = yes || ngx_answer=no])
        ngx_answer="$ngx_answer (assumed)" dnl
])
