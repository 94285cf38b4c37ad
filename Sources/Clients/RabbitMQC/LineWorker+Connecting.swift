import AMQP
import CRabbitMQ
import Environment
import Glibc
import Harness

extension LineWorker {
  /// A connected socket, non-blocking; gives up at `connectTimeout`, or when the session does.
  mutating func connect() throws(LineEnd) -> Int32 {
    let flags = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    let descriptor = socket(AF_INET, Int32(flags), 0)
    guard descriptor >= 0 else { throw LineEnd(connecting: errno) }
    do throws(LineEnd) {
      guard let handle = line.adopt(descriptor) else { throw LineEnd(connecting: errno) }
      self.handle = handle
      var one: Int32 = 1
      setsockopt(
        descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
      try establish(descriptor)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    return descriptor
  }

  private func establish(_ descriptor: Int32) throws(LineEnd) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(truncatingIfNeeded: endpoint.port).bigEndian
    guard inet_pton(AF_INET, endpoint.host, &address.sin_addr) == 1 else {
      throw LineEnd(.connectFailed("\(endpoint.host) is not a numeric IPv4 address"))
    }
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, size)
      }
    }
    if status == 0 { return }
    guard errno == EINPROGRESS else { throw LineEnd(connecting: errno) }
    let deadline = clock.now() + configuration.connectTimeout
    while true {
      let outlook = line.park(isWritable: false)
      if outlook.hasWork { throw LineEnd(.stopped) }
      let left = deadline - clock.now()
      if left <= .zero { throw LineEnd(.connectTimeout) }
      let milliseconds = Int32(clamping: left.nanoseconds / 1_000_000 + 1)
      if wait(reading: false, writing: true, milliseconds: milliseconds).isWritable { break }
      _ = line.turn(budget: 0)
    }
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
    if code != 0 { throw LineEnd(connecting: code) }
  }

  /// Logs in over a connected socket, which from here on is the library's.
  mutating func login(on descriptor: Int32) throws(LineEnd) -> amqp_connection_state_t {
    guard let connection = amqp_new_connection() else {
      Glibc.close(descriptor)
      throw LineEnd(status: AMQP_STATUS_NO_MEMORY.rawValue)
    }
    self.connection = connection
    guard let socket = amqp_tcp_socket_new(connection) else {
      Glibc.close(descriptor)
      throw LineEnd(status: AMQP_STATUS_NO_MEMORY.rawValue)
    }
    amqp_tcp_socket_set_sockfd(socket, descriptor)
    var timeout = timeval(configuration.handshakeTimeout)
    amqp_set_handshake_timeout(connection, &timeout)
    guard line.beginCall() else { throw LineEnd(.stopped) }
    let properties = TableStorage(configuration.clientProperties)
    let limits = configuration.wishes
    let reply = withUnsafePointer(to: properties.table) { table in
      stoat_amqp_login_plain(
        connection, configuration.virtualHost, Int32(limits.channelMax),
        Int32(clamping: limits.frameMax), Int32(limits.heartbeat), table, configuration.user,
        configuration.password)
    }
    guard reply.reply_type == AMQP_RESPONSE_NORMAL else { throw LineEnd(login: reply) }
    return connection
  }
}

extension SessionConfiguration {
  /// What the client tells about itself, besides what the library does.
  fileprivate var clientProperties: FieldTable {
    [
      "capabilities": .table([
        "consumer_cancel_notify": true,
        "publisher_confirms": true,
        "basic.nack": true,
        "connection.blocked": true,
      ]),
      "connection_name": .longString(LongString(connectionName)),
    ]
  }
}
