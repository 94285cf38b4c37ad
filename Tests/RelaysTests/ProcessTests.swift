import Environment
import Glibc
import Relays
import Synchronization
import Testing

/// A process that a test started; ended by its id when the test is over.
final class Child: Sendable {
  let process: pid_t
  private let hasEnded = Mutex(false)

  init(_ arguments: [String], output: String) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var process: pid_t = 0
    let code = posix_spawnp(&process, arguments[0], &actions, nil, words, environ)
    guard code == 0 else { throw TestFailure(description: "\(arguments): error \(code)") }
    self.process = process
  }

  deinit {
    if hasEnded.withLock({ $0 }) { return }
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }

  /// Waits for the end and returns the exit code, or the signal's number below zero.
  func end() async throws -> Int32 {
    var status: Int32 = 0
    let process = process
    try await eventually("process \(process) ends") { waitpid(process, &status, WNOHANG) != 0 }
    hasEnded.withLock { $0 = true }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
  }
}

/// The program beside this test bundle.
func stoatNode() throws -> String {
  let maps = try text(of: "/proc/self/maps")
  let bundle = try #require(maps.split(separator: "\n").first { $0.hasSuffix(".xctest") })
  let path = try #require(bundle.firstIndex(of: "/").map { bundle[$0...] })
  let slash = try #require(path.lastIndex(of: "/"))
  return "\(path[..<slash])/stoat-node"
}

func text(of path: String) throws -> String {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw TestFailure(description: "cannot read \(path)") }
  defer { close(file) }
  var bytes: [UInt8] = []
  while true {
    let part = [UInt8](unsafeUninitializedCapacity: 1 << 16) { room, count in
      count = max(0, read(file, room.baseAddress, 1 << 16))
    }
    if part.isEmpty { return String(decoding: bytes, as: UTF8.self) }
    bytes += part
  }
}

@Suite struct ProcessTests {
  @Test func theRelaySurvivesItsController() async throws {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/relay.sock"
    let script =
      "setsid '\(try stoatNode())' relay --control '\(path)' --max-lifetime 300 & exec sleep 300"
    let controller = try Child(["/bin/sh", "-c", script], output: "\(folder.path)/log")
    let before = RelayControl(path: path, timeout: .seconds(20))
    let relay = try before.awaitReady(within: .seconds(30)).process
    var isOver = false
    defer { if !isOver { kill(relay, SIGKILL) } }
    let outlet = try Outlet()
    try before.add(
      RelayLink(
        name: "n1-n2", direction: Line.there, listen: RelayEndpoint(127, 79, 1, 2, port: 0),
        target: outlet.endpoint))
    let listen = try #require(try before.status().links.first).link.listen
    let client = try await Plug.connected(to: listen)
    let server = try await outlet.accept()
    try before.cut(Line.both)
    try await client.sendAll("held through the crash")

    kill(controller.process, SIGKILL)
    #expect(try await controller.end() == -SIGKILL)

    let after = RelayControl(path: path, timeout: .seconds(20))
    #expect(try after.identity().process == relay)
    let evidence = try after.probe(Line.there)
    #expect(evidence.flow.isStalled && evidence.connectsHang && evidence.flow.held == 22)
    #expect(try await server.staysSilent())
    try after.healAll()
    #expect(try await server.receiveText(22) == "held through the crash")
    try after.shutdown()
    try await eventually("the relay is gone") { kill(relay, 0) != 0 || isZombie(relay) }
    isOver = true
    #expect(access(path, F_OK) == -1)
  }

  @Test func aHangUpIsIgnoredAndATerminationIsOrderly() async throws {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/relay.sock"
    let relay = try Child(
      [try stoatNode(), "relay", "--control=\(path)", "--max-lifetime", "300"],
      output: "\(folder.path)/log")
    let control = RelayControl(path: path, timeout: .seconds(20))
    try control.awaitReady(within: .seconds(30))
    kill(relay.process, SIGHUP)
    kill(relay.process, SIGPIPE)
    #expect(try control.identity().process == relay.process)
    let second = try Child(
      [try stoatNode(), "relay", "--control", path], output: "\(folder.path)/second")
    #expect(try await second.end() == 70)
    #expect(try text(of: "\(folder.path)/second").contains("already running at \(path)"))
    kill(relay.process, SIGTERM)
    #expect(try await relay.end() == 0)
    #expect(access(path, F_OK) == -1)
  }

  @Test func cutsAndConnectionsLeaveNoDescriptorsBehind() async throws {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/relay.sock"
    let relay = try Child(
      [try stoatNode(), "relay", "--control", path], output: "\(folder.path)/log")
    let control = RelayControl(path: path, timeout: .seconds(20))
    try control.awaitReady(within: .seconds(30))
    let outlet = try Outlet()
    try control.add(
      RelayLink(
        name: "n1-n2", direction: Line.there, listen: RelayEndpoint(127, 80, 1, 2, port: 0),
        target: outlet.endpoint))
    let listen = try #require(try control.status().links.first).link.listen
    let before = try descriptors(of: relay.process)
    for round in 0..<30 {
      let client = try await Plug.connected(to: listen)
      let server = try await outlet.accept()
      try control.cut(Line.both)
      if round % 2 == 0 { client.reset() } else { client.closeNow() }
      if round % 3 == 0 { server.reset() } else { server.closeNow() }
      try control.healAll()
    }
    try await eventually("no more descriptors than before") {
      try descriptors(of: relay.process) <= before
    }
    try control.shutdown()
    #expect(try await relay.end() == 0)
  }

  @Test(
    arguments: [
      ([], 64, "a command is missing"), (["realy"], 64, "did you mean 'relay'"),
      (["relay"], 64, "--control PATH"),
      (["relay", "--contrl", "x"], 64, "did you mean '--control'"),
      (["relay", "--control"], 64, "needs a value"),
      (["relay", "--control", "x", "--max-lifetime", "soon"], 64, "'soon'"),
      (["relay", "--control", "/nowhere/relay.sock"], 70, "/nowhere/relay.sock"),
      (["--help"], 0, "usage: stoat-node relay"), (["--version"], 0, "stoat-node "),
      (["relay", "--help"], 0, "--max-lifetime"),
    ] as [([String], Int32, String)])
  func argumentsAreAnswered(arguments: [String], code: Int32, part: String) async throws {
    let folder = try ScratchFolder()
    let output = "\(folder.path)/output"
    let child = try Child([try stoatNode()] + arguments, output: output)
    #expect(try await child.end() == code)
    #expect(try text(of: output).contains(part))
  }

  private func isZombie(_ process: pid_t) -> Bool {
    (try? text(of: "/proc/\(process)/stat").contains(") Z ")) ?? true
  }

  private func descriptors(of process: pid_t) throws -> Int {
    guard let folder = opendir("/proc/\(process)/fd") else {
      throw TestFailure(description: "no process \(process)")
    }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
  }
}
