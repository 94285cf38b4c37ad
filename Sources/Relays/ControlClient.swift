import Glibc

/// One connected controller: collects lines, and answers that it has not taken yet.
final class ControlClient {
  private static let mostUnsent = 1 << 22

  let descriptor: Int32
  private var input: [UInt8] = []
  private var output: [UInt8] = []
  private var sent = 0
  /// No more commands will come, or none that could be understood.
  private(set) var isOver = false

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Whether the connection can be closed.
  var isDone: Bool { isOver && sent == output.count }

  /// The complete lines that have arrived.
  func readLines() -> [String] {
    var lines: [String] = []
    while !isOver, let bytes = receive() {
      input += bytes
      while let newline = input.firstIndex(of: UInt8(ascii: "\n")) {
        lines.append(String(decoding: input[..<newline], as: UTF8.self))
        input.removeSubrange(...newline)
      }
      if input.count > RelayCommand.longestLine {
        answer(["error bad-request a line is longer than \(RelayCommand.longestLine) bytes"])
        isOver = true
      }
    }
    return lines
  }

  /// Sends `lines`, or as much as the controller takes now.
  func answer(_ lines: [String]) {
    for line in lines {
      output += line.utf8
      output.append(UInt8(ascii: "\n"))
    }
    flush()
  }

  /// Sends what is left.
  func flush() {
    while sent < output.count {
      let count = output.withUnsafeBytes { bytes in
        send(
          descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        if errno == EINTR { continue }
        if errno != EAGAIN || output.count - sent > Self.mostUnsent { abandon() }
        return
      }
      sent += count
    }
    output.removeAll(keepingCapacity: true)
    sent = 0
  }

  private func abandon() {
    isOver = true
    output.removeAll()
    sent = 0
  }

  private func receive() -> [UInt8]? {
    let size = 4096
    var isDrained = false
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, count in
      let result = recv(descriptor, room.baseAddress, size, 0)
      isDrained = result < 0 && errno == EAGAIN
      count = max(0, result)
    }
    if !bytes.isEmpty { return bytes }
    if !isDrained { isOver = true }
    return nil
  }
}
