#define BOTH 8
