# state.awk - the state of the files that answers rest on
#
# Copying and distribution of this file, with or without modification, are
# permitted in any medium without royalty, provided the copyright notice and
# this notice are preserved.  This file is offered as-is, without any warranty.

function quote(s)
{
    if (index(s, "'")) {
        gsub(/'/, "'\\''", s)
    }
    return "'" s "'"
}

# Begin to take the checksums of files, and of those that are there although
# they were not, and when and as what the programs were installed, for they are
# large; all quoted for the shell.  To be closed before the file `today` in work
# is read.
function begin_state(files, missing, programs,    script, command)
{
    script = work "/state"
    # /dev/null, lest cksum read its input
    print "set --\nfor ngx_file in" missing \
        "; do\n[ ! -e \"$ngx_file\" ] || set -- \"$@\" \"$ngx_file\"\ndone\n" \
        "cksum" files " /dev/null \"$@\"" > script
    if (programs != "") {
        print "exec ls -Llid" programs > script
    }
    close(script)
    # with its errors: a folder that was not there may be there
    command = ". " quote(script) " >" quote(work "/today") " 2>&1"
    printf "" | command
    return command
}

BEGIN {
    work = ENVIRON["ngx_work"]
}
