# SYNOPSIS
#
#   NGX_AUTO_CONFIG([HEADER = objs/ngx_auto_config.h])
#
# DESCRIPTION
#
#   Ask the questions in auto/probe with the compiler, flags and host of this
#   configure, and write their answers into HEADER.  Call it when CC, CPPFLAGS,
#   CFLAGS, LDFLAGS and LIBS are what the code will be built with.  It needs a
#   copy of auto/ in the source tree.
#
#   An answer is preset by the variable NGX_HAVE_X, or ngx_cv_NGX_HAVE_X, from
#   the command line, config.site or a cache file: yes, no, a library, or the
#   number.  Afterwards every ngx_cv_NGX_HAVE_X holds its answer, so that
#   NGX_CHECK_X does not ask again; after NGX_CHECK_X, what it found is preset.
#   What was only assumed presets nothing.  NGX_AUTO_LIBS is substituted with
#   the libraries that the answers need, NGX_AUTO_FILES with the files that they
#   came from.  What failed is in config.log.
#
#   When cross compiling, --with-emulator, or NGX_EMULATOR, is the command that
#   runs programs of the host.
#
#   NGX_AUTO_REUSE
#
#   Call it right after AC_INIT: when NGX_AUTO_CACHE names a folder and no
#   --cache-file is given, the checks of Autoconf and Libtool are remembered
#   there too, for each compiler, flags and host by themselves.
#
# LICENSE
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.

#serial 2

AC_DEFUN([NGX_AUTO_REUSE],
[m4_divert_text([PARSE_ARGS],
[if test "$cache_file$NGX_AUTO_CACHE" != /dev/null &&
   test "$cache_file" = /dev/null && mkdir -p "$NGX_AUTO_CACHE"
then
  # what Autoconf itself does not look at, but its answers rest on
  ngx_key=`{
    echo "$CC|$CPPFLAGS|$CFLAGS|$LDFLAGS|$LIBS|$build_alias|$host_alias"
    echo "$PATH|$PKG_CONFIG_PATH|$PKG_CONFIG_LIBDIR|$prefix"
    ${CC-gcc} --version || cc --version
    uname -srm
  } 2>/dev/null | (cksum) 2>/dev/null | tr ' ' '-'`
  # without cksum there is no key, and nothing is remembered
  test -z "$ngx_key" || {
    cache_file=$NGX_AUTO_CACHE/configure-$ngx_key
    ngx_reuse=yes
  }
fi
])dnl
# An answer that came from here would be a preset; it has its own cache.
AC_CONFIG_COMMANDS_POST([test "$ngx_reuse" = yes &&
  sed '/^ngx_cv_[[A-Z]]/d' "$cache_file" >"$cache_file.$$" &&
  mv -f "$cache_file.$$" "$cache_file"])dnl
])

AC_DEFUN([NGX_AUTO_CONFIG],
[AC_REQUIRE([AC_PROG_CC])dnl
m4_pattern_allow([^NGX_EMULATOR$])dnl
dnl PKG_CHECK_MODULES([NGX_SHM], [ngx-shm]) writes the name into --help.
m4_pattern_forbid([^NGX_SHM$], [the macro is NGX_CHECK_SHM])dnl
m4_wrap([m4_provide_if([PKG_CHECK_MODULES], [m4_pattern_allow([^NGX_SHM$])])])dnl
m4_pushdef([NGX_header], m4_default([$1], [objs/ngx_auto_config.h]))dnl
AC_ARG_WITH([emulator],
  [AS_HELP_STRING([--with-emulator=COMMAND],
    [runs programs of the host here, when cross compiling])],
  [], [with_emulator=$NGX_EMULATOR])
AC_ARG_VAR([NGX_AUTO_CACHE],
  [folder of found answers, which projects may share])
AS_CASE([$with_emulator],
  [yes], [AC_MSG_ERROR([--with-emulator needs a command: --with-emulator=COMMAND])],
  [no], [with_emulator=])
AS_IF([test -f "$srcdir/auto/configure" && test -d "$srcdir/auto/probe"], [],
  [AC_MSG_ERROR([the macro NGX_@&t@AUTO_CONFIG needs the folder auto/ of ngx-shm in the source tree, and $srcdir/auto is missing, or not whole; copy it from PREFIX/share/ngx-shm/auto, or use the macro NGX_@&t@CHECK_SHM, which needs no other file])])
ngx_base=$(AS_ECHO(["NGX_header"]) | sed 's/\.h$//')
AS_MKDIR_P([$(AS_DIRNAME(["NGX_header"]))])
# The whole command goes into a script, which config.status can run again.
set -- env CC="$CC" CPPFLAGS="$CPPFLAGS" CFLAGS="$CFLAGS" \
  LDFLAGS="$LDFLAGS" LIBS="$LIBS" \
  ${CONFIG_SHELL-/bin/sh} "$srcdir/auto/configure" \
  --probes="$srcdir/auto/probe" --output="$(AS_DIRNAME(["NGX_header"]))" \
  --header="$(AS_BASENAME(["NGX_header"]))" --emulator="$with_emulator"
AS_VAR_IF([cross_compiling], [yes], [set -- "$[@]" --host="$host_alias"])
NGX_AUTO_LIBS=
for ngx_macro in $(sed -n ['s,^[/ ]\* macro: *\([A-Z][A-Z0-9_]*\).*,\1,p'] \
  "$srcdir"/auto/probe/*.c)
do
  AS_VAR_COPY([ngx_answer], [ngx_cv_$ngx_macro])
  test -n "$ngx_answer" || AS_VAR_COPY([ngx_answer], [$ngx_macro])
  AS_CASE([$ngx_answer],
    [*assumed* | *guessed* | ''], [continue],
    [yes*], [ngx_value=1],
    [no*], [ngx_value=0],
    [-@<:@!0-9@:>@* | */* | *.a], [ngx_value=1
      AS_VAR_SET([ngx_cv_$ngx_macro], [$ngx_answer])
      NGX_AUTO_LIBS="$NGX_AUTO_LIBS $ngx_answer"],
    [ngx_value=$ngx_answer])
  set -- "$[@]" "$ngx_macro=$ngx_value"
done
{
  for ngx_word in "$[@]"
  do
    AS_ECHO(["$ngx_word"])
  done | sed "s/'/'\\\\''/g; s/^/'/; s/\$/' \\\\/"
  AS_ECHO(['  "$[@]"'])
} >"$ngx_base.sh"
# Each answer has its "checking" line already.
ngx_quiet=--no-table
AS_VAR_IF([silent], [yes], [ngx_quiet=--quiet])
${CONFIG_SHELL-/bin/sh} "$ngx_base.sh" $ngx_quiet 2>conftest.err \
  >&AS_MESSAGE_FD || ngx_failed=yes
cat conftest.err >&AS_MESSAGE_LOG_FD
cat conftest.err >&2
rm -f conftest.err
AS_VAR_SET_IF([ngx_failed], [AS_EXIT([1])])
cat "$(AS_DIRNAME(["NGX_header"]))/autoconf.err" >&AS_MESSAGE_LOG_FD
# the number; then what else is known of it
eval "$(sed -n ['s/^#define \([A-Z][A-Z0-9_]*\)  \([0-9-]*\)$/ngx_new_\1=\2/p'] \
  NGX_header)"
eval "$(sed -n ['/^{"macro": "/{
  h
  s/^{"macro": "\([A-Z0-9_]*\)", "answer": 1, .*"lib": "\(-*[A-Za-z0-9_+.\/][A-Za-z0-9_+.\/-]*\)".*/ngx_new_\1=\2/p
  g
  s/^{"macro": "\([A-Z0-9_]*\)", .*"evidence": "[^"]*assumed for .*/ngx_new_\1="$ngx_new_\1 (assumed)"/p
  }'] "$ngx_base.json")"
for ngx_macro in $(set | sed -n ['s/^ngx_new_\([A-Z][A-Z0-9_]*\)=.*/\1/p'])
do
  AS_VAR_COPY([ngx_answer], [ngx_cv_$ngx_macro])
  AS_CASE([$ngx_answer],
    [*assumed* | *guessed*], [],
    [-@<:@!0-9@:>@* | */* | *.a], [continue])
  AS_VAR_COPY([ngx_cv_$ngx_macro], [ngx_new_$ngx_macro])
done
NGX_AUTO_LIBS=$(echo $(cat "$ngx_base.libs") $NGX_AUTO_LIBS)
AC_SUBST([NGX_AUTO_LIBS])
# A folder is newer when a file comes or goes.
NGX_AUTO_FILES=$(cd "$srcdir" && echo auto auto/probe auto/probe/*.c)
NGX_AUTO_FILES=$(AS_ECHO([" $NGX_AUTO_FILES"]) | sed 's| auto| $(srcdir)/auto|g')
AC_SUBST([NGX_AUTO_FILES])
AC_CONFIG_COMMANDS(NGX_header,
  [test -f "$ngx_base.h" || ${CONFIG_SHELL-/bin/sh} "$ngx_base.sh" --quiet],
  [ngx_base='$ngx_base'])
m4_popdef([NGX_header])dnl
])
