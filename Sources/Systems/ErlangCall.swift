import Control
import Harness
import Operations
import Synchronization

/// Asks a node to evaluate an Erlang expression, through `erl_call`: some milliseconds a question.
///
/// The connection goes to the node's own port and not through the relay, so that an isolated node
/// answers as well. It is a hidden one: the node counts it as no member of the cluster.
struct ErlangCall: Sendable {
  let installation: RabbitMQInstallation
  let layout: RabbitMQLayout
  let cookie: String
  let token: String
  private let names = CallNames()

  /// Evaluates `expression`, whose value has to be a binary, and returns its lines. Throws
  /// `timedOut` if there is no answer in time and `failed` for anything else.
  func lines(
    _ expression: String, on node: NodeID, asking subject: String, timeout: Duration
  ) async throws(SystemFailure) -> [String] {
    let command = Command(
      installation.erlCall,
      // Erlang drops the older of two connections with one name, so that calls at the same time
      // need different ones; every name costs the node an atom for ever, so they are used again.
      [
        "-address", "127.0.0.1:\(layout.peerPort(of: node))", "-c", cookie, "-h", names.next(),
        "-e",
      ],
      environment: [
        "PATH": "/usr/bin:/bin", "HOME": layout.configDirectory(of: node), "STOAT_RUN": token,
      ],
      input: expression + ".\n", outputLimit: 1 << 22)
    let result = try await LocalHost().run(command, timeout: timeout)
    if result.succeeded, let bytes = Self.binary(in: result.output) {
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
    }
    throw failure(result, node, subject, timeout)
  }

  /// The bytes of `{ok, #Bin<1,2,3>}`; nil for any other answer.
  static func binary(in answer: String) -> [UInt8]? {
    let start = "{ok, #Bin<"
    let end = ">}"
    let answer = answer.trimmingPrefix { $0.isWhitespace }
    guard answer.hasPrefix(start), let close = answer.lastIndex(of: ">"),
      answer[close...].hasPrefix(end)
    else { return nil }
    let numbers = answer[answer.index(answer.startIndex, offsetBy: start.count)..<close]
      .split(separator: ",")
    let bytes = numbers.compactMap { UInt8($0.trimmingPrefix { $0 == " " }) }
    return bytes.count == numbers.count ? bytes : nil
  }

  private func failure(
    _ result: CommandResult, _ node: NodeID, _ subject: String, _ timeout: Duration
  ) -> SystemFailure {
    if result.ending == .timedOut {
      return SystemFailure(
        .timedOut, "\(node) did not say \(subject) within \(timeout.components.seconds) s")
    }
    let answer = (result.errors + result.output)
      .split(whereSeparator: \.isNewline).joined(separator: " ").prefix(300)
    return SystemFailure(
      .failed,
      "asked \(node) for \(subject): \(result.ending), '\(answer)'. "
        + "See \(layout.logFile(of: node)).")
  }
}

/// Names for connections, used again after 32 calls.
private final class CallNames: Sendable {
  private let count = Mutex<Int>(0)

  func next() -> String {
    count.withLock { count in
      count = (count + 1) % 32
      return "stoat\(count)"
    }
  }
}

extension String {
  /// The text as an Erlang binary, byte by byte, so that nothing in it has to be escaped.
  var erlangBinary: String {
    "<<" + utf8.map { String($0) }.joined(separator: ",") + ">>"
  }
}
