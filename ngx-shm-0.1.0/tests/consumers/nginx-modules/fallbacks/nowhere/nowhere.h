/* stands for a library that the module brings along */
static inline int nowhere_init(void) { return 0; }
