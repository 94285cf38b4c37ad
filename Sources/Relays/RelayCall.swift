import Environment
import Glibc

/// One command and its answer, on a connection of their own.
struct RelayCall: ~Copyable {
  private static let longestAnswer = 1 << 24

  private let path: String
  private let timeout: Duration
  private let clock = MonotonicClock()
  private let deadline: Deadline
  private let descriptor: Int32

  /// Connects to the relay at `path`.
  init(to path: String, within timeout: Duration) throws(RelayError) {
    self.path = path
    self.timeout = timeout
    deadline = Deadline(after: timeout, from: clock.now())
    let descriptor = UnixSocket.make(nonBlocking: true)
    guard descriptor >= 0 else {
      throw RelayError(.system, "cannot make a socket: \(systemMessage())")
    }
    var result: Int32 = -1
    repeat {
      result = UnixSocket.withAddress(of: path) { connect(descriptor, $0, $1) }
      guard result != 0 && errno == EAGAIN else { break }
      usleep(1000)
    } while !deadline.hasPassed(at: clock.now())
    guard result == 0 else {
      let code = errno
      close(descriptor)
      throw RelayError(
        .unreachable,
        "no relay answers at \(path): \(systemMessage(code)); is its process still running?")
    }
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Sends `line` and returns the lines of the answer, of which the last starts with `ok`.
  mutating func exchange(_ line: String) throws(RelayError) -> [String] {
    try send(Array("\(line)\n".utf8), of: line)
    var bytes: [UInt8] = []
    while bytes.count < Self.longestAnswer {
      try wait(for: POLLIN, of: line)
      let part = [UInt8](unsafeUninitializedCapacity: 65_536) { room, count in
        count = max(0, recv(descriptor, room.baseAddress, room.count, 0))
      }
      guard !part.isEmpty else {
        throw RelayError(
          .unreachable, "the relay at \(path) hung up without an answer to '\(Self.short(line))'")
      }
      bytes += part
      if let lines = try answer(in: bytes) { return lines }
    }
    throw RelayError(.garbled, "the relay at \(path) never ends its answer to '\(line)'")
  }

  private func answer(in bytes: [UInt8]) throws(RelayError) -> [String]? {
    guard bytes.last == UInt8(ascii: "\n") else { return nil }
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard let last = lines.last else { return nil }
    if last == "ok" || last.hasPrefix("ok ") { return lines }
    guard last.hasPrefix("error ") else { return nil }
    let words = last.split(separator: " ", maxSplits: 2)
    guard words.count == 3, let kind = RelayError.Kind(word: words[1]) else {
      throw RelayError(.garbled, "the relay at \(path) answered '\(last.prefix(200))'")
    }
    throw RelayError(kind, String(words[2]))
  }

  private func send(_ bytes: [UInt8], of line: String) throws(RelayError) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { raw in
        Glibc.send(
          descriptor, raw.baseAddress.map { $0 + sent }, raw.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN {
        try wait(for: POLLOUT, of: line)
      } else if errno != EINTR {
        throw RelayError(
          .unreachable, "cannot send '\(Self.short(line))' to \(path): \(systemMessage())")
      }
    }
  }

  private func wait(for events: Int32, of line: String) throws(RelayError) {
    while true {
      let left = deadline.remaining(at: clock.now())
      guard left > .zero else {
        throw RelayError(
          .timedOut,
          "the relay at \(path) did not answer '\(Self.short(line))' within \(timeout)")
      }
      var waiting = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      let milliseconds = Int32(clamping: left.nanoseconds / 1_000_000 + 1)
      if poll(&waiting, 1, milliseconds) > 0 { return }
    }
  }

  private static func short(_ line: String) -> String {
    line.count > 60 ? "\(line.prefix(60))…" : line
  }
}
