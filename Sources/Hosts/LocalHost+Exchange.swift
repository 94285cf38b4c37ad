import Glibc

extension LocalHost {
  /// The IPv4 address of a host name; nil if it has none.
  package func address(of name: String) async -> String? {
    await onOwnThread {
      var hints = addrinfo()
      hints.ai_family = AF_INET
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
      var found: UnsafeMutablePointer<addrinfo>?
      guard getaddrinfo(name, nil, &hints, &found) == 0, let first = found else { return nil }
      defer { freeaddrinfo(first) }
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      guard
        getnameinfo(
          first.pointee.ai_addr, first.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
          NI_NUMERICHOST) == 0
      else { return nil }
      return String(
        decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  /// Connects, sends `request` and reads until `isWhole` is satisfied with all that came, at most
  /// `limit` bytes; nil if that does not happen within `timeout`.
  package func exchange(
    with host: String, port: Int, sending request: [UInt8], limit: Int = 1 << 16,
    timeout: Duration, until isWhole: @escaping @Sendable ([UInt8]) -> Bool
  ) async -> [UInt8]? {
    await onOwnThread { () -> [UInt8]? in
      guard let descriptor = self.connected(host, port, timeout) else { return nil }
      defer { close(descriptor) }
      let deadline = ContinuousClock.now + timeout
      guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
      else { return nil }
      var answer: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 4096)
      while answer.count < limit, ContinuousClock.now < deadline {
        guard self.wait(descriptor, POLLIN, .now + .milliseconds(100)) else { continue }
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count <= 0 { return nil }
        answer += chunk.prefix(count)
        if isWhole(answer) { return answer }
      }
      return nil
    }
  }
}
