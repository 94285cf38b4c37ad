import ArgumentParser
import Campaign
import CanonicalJSON
import Clients
import Environment
import Glibc
import Harness
import Systems

/// The options that choose and configure the system under test.
struct SystemArguments: ParsableArguments {
  @Option(help: "The system under test: rabbitmq.")
  var system = "rabbitmq"

  @Option(
    help: """
      A cluster that already runs, instead of one of our own: the AMQP URIs of its nodes, with \
      commas between them. Only clients and their links are touched.
      """)
  var attach: String?

  @Option(help: "The client library: stoat, or rabbitmq-c, which shares no code with it.")
  var client = ClientKind.stoat.rawValue

  @Option(help: "A RabbitMQ of the generic-unix kind, instead of Debian's package.")
  var rabbitmqHome: String?

  @Option(help: "The second octet of the run's addresses 127.x.y.z, instead of a free one.")
  var netOctet: Int?

  @Flag(help: "Keep the nodes' data directories after the run.")
  var keepData = false

  /// The chosen client library.
  func clientKind() throws -> ClientKind {
    try known("client", client, among: ClientKind.allCases.map(\.rawValue)) {
      ClientKind(rawValue: $0)
    }
  }

  /// The addresses to attach to; empty for a cluster of our own.
  func addresses() throws -> [AttachedAddress] {
    do throws(SystemFailure) {
      return try Self.addresses(attach)
    } catch {
      throw CommandFailure(ExitStatus.usage, "--attach: \(error.description)")
    }
  }

  private static func addresses(_ text: String?) throws(SystemFailure) -> [AttachedAddress] {
    var found: [AttachedAddress] = []
    for uri in (text ?? "").split(separator: ",") {
      found.append(try AttachedAddress(parsing: String(uri)))
    }
    return found
  }

  /// How to make the system; throws at once if it is not there.
  func factory() throws -> @Sendable (SystemRequest) async throws -> any Harness.System {
    let addresses = try addresses()
    if !addresses.isEmpty { return try attached(to: addresses) }
    _ = try known("system", system, among: ["rabbitmq"]) { $0 == "rabbitmq" ? $0 : nil }
    if let netOctet, !(1...254).contains(netOctet) {
      throw CommandFailure(ExitStatus.usage, "--net-octet takes 1 to 254, not \(netOctet)")
    }
    let installation: RabbitMQInstallation
    do throws(SystemFailure) {
      installation = try RabbitMQInstallation.find(home: rabbitmqHome, on: ThisMachine.host)
    } catch {
      throw CommandFailure(ExitStatus.unavailable, error.description)
    }
    let options = RabbitMQSystem.Options(
      nodeExecutable: try Self.nodeExecutable(), netOctet: netOctet, keepData: keepData)
    return { request in
      try RabbitMQSystem(
        installation: installation, on: ThisMachine.host, plan: request.cluster,
        directory: request.directory, journal: request.journal, token: request.token,
        options: options)
    }
  }

  private func attached(
    to addresses: [AttachedAddress]
  ) throws -> @Sendable (SystemRequest) async throws -> any Harness.System {
    let options = AttachedSystem.Options(
      nodeExecutable: try Self.nodeExecutable(), netOctet: netOctet)
    return { request in
      try await AttachedSystem(
        addresses, from: ThisMachine.host, directory: request.directory,
        journal: request.journal, token: request.token, options: options)
    }
  }

  /// The path of stoat-node, which lies beside this program.
  static func nodeExecutable() throws -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let own = String(
      decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let directory = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
    let path = directory + "/stoat-node"
    guard access(path, X_OK) == 0 else {
      throw CommandFailure(
        ExitStatus.unavailable,
        "the program stoat-node is missing: it has to lie beside stoat, at \(path); make build "
          + "makes both")
    }
    return path
  }
}
