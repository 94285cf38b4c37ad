#ifndef STOAT_CNODE_START_H
#define STOAT_CNODE_START_H

// How stoat-node starts where there is no /proc, as in a bare chroot: Swift's runtime reads its own
// path and the program's arguments there, and ends the program if it finds no path.

/// The number of arguments, with the program's name.
int stoat_argument_count(void);

/// The argument at `index`, counted from 0; null beyond the last.
const char *stoat_argument(int index);

#endif
