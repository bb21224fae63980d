int vendored(int);
