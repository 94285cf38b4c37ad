#ifndef STOAT_CCRYPTO_SHIM_H
#define STOAT_CCRYPTO_SHIM_H

#include <openssl/evp.h>

#endif
