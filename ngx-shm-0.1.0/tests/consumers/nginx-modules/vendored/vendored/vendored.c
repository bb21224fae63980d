#include "vendored.h"

int
vendored(int n)
{
    return n;
}
