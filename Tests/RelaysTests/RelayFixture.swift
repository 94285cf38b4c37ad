import Environment
import Glibc
import Testing

@testable import Relays

/// A folder of its own for one test, removed with what is directly in it.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/stoat-network-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw TestFailure(description: "mkdtemp: \(systemMessage())")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { unlink("\(path)/\(name)") }
      }
      closedir(folder)
    }
    rmdir(path)
  }
}

/// A relay on a thread of this process.
final class RelayFixture: Sendable {
  let folder: ScratchFolder
  let control: RelayControl
  private let stopWrite: Int32
  private let stopRead: Int32
  private let thread: pthread_t

  init(maxLifetime: Duration = .seconds(600)) throws {
    folder = try ScratchFolder()
    let path = "\(folder.path)/relay.sock"
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw TestFailure(description: "pipe: \(systemMessage())") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (stopRead, stopWrite) = (ends[0], ends[1])
    let engine = try RelayEngine(
      .init(controlPath: path, maxLifetime: maxLifetime, stopDescriptor: ends[0]))
    thread = try Self.start(engine)
    control = RelayControl(path: path, timeout: .seconds(20))
  }

  deinit {
    close(stopWrite)
    pthread_join(thread, nil)
    close(stopRead)
  }

  private static func start(_ engine: RelayEngine) throws -> pthread_t {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(engine).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<RelayEngine>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, argument)
    guard code == 0 else { throw TestFailure(description: "pthread_create: \(code)") }
    return thread
  }

  /// Adds a link at a free port and returns where to connect to.
  @discardableResult
  func link(
    _ from: String, _ to: String, target: RelayEndpoint, kind: RelayLink.Kind = .stream
  ) throws -> RelayEndpoint {
    let name = "\(from)-\(to)\(kind == .stream ? "" : ".epmd")"
    try control.add(
      RelayLink(
        name: name, direction: Direction(from: from, to: to),
        listen: RelayEndpoint(127, 77, 1, 2, port: 0), target: target, kind: kind))
    return try linkStatus(name).link.listen
  }

  func linkStatus(_ name: String) throws -> LinkStatus {
    try #require(try control.status().links.first { $0.link.name == name })
  }
}

/// A relay with one link n1→n2 and one connection over it: `client` is at n1, `server` at n2.
struct Line {
  static let there = Direction(from: "n1", to: "n2")
  static let back = Direction(from: "n2", to: "n1")
  static let both = [there, back]

  let relay: RelayFixture
  let outlet: Outlet
  let listen: RelayEndpoint
  let client: Plug
  let server: Plug

  var control: RelayControl { relay.control }

  init() async throws {
    relay = try RelayFixture()
    outlet = try Outlet()
    listen = try relay.link("n1", "n2", target: outlet.endpoint)
    client = try await Plug.connected(to: listen)
    server = try await outlet.accept()
  }

  /// Whether a byte sent at each end arrives at the other.
  func carriesBothWays() async throws -> Bool {
    try await client.sendAll("?")
    try await server.sendAll("!")
    return try await server.receiveText(1) + client.receiveText(1) == "?!"
  }

  /// Waits until the relay says that bytes to n2 (`forward`) and to n1 stall or not.
  func awaitStall(forward: Bool, backward: Bool) async throws {
    try await eventually("forward stalled \(forward), backward stalled \(backward)") {
      let status = try relay.linkStatus("n1-n2")
      return status.forward.isStalled == forward && status.backward.isStalled == backward
    }
  }
}
