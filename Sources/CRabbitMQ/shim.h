#ifndef STOAT_CRABBITMQ_SHIM_H
#define STOAT_CRABBITMQ_SHIM_H

#include <sys/time.h>

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>

/* The login takes variable arguments, which Swift cannot pass. */
static inline amqp_rpc_reply_t stoat_amqp_login_plain(
    amqp_connection_state_t state, char const *virtual_host, int channel_max, int frame_max,
    int heartbeat, amqp_table_t const *properties, char const *user, char const *password) {
  return amqp_login_with_properties(
      state, virtual_host, channel_max, frame_max, heartbeat, properties, AMQP_SASL_METHOD_PLAIN,
      user, password);
}

#endif
