import Environment
import Glibc
import Testing

@testable import Relays

@Suite struct ControlTests {
  @Test func theSocketIsPrivateAndGoneAfterShutdown() async throws {
    let relay = try RelayFixture()
    var status = stat()
    #expect(lstat(relay.control.path, &status) == 0)
    #expect(status.st_mode & 0o7777 == 0o600)
    let identity = try relay.control.awaitReady(within: .seconds(10))
    #expect(identity.process == getpid())
    #expect(identity.protocolVersion == RelayIdentity.currentProtocol)
    try relay.control.shutdown()
    #expect(lstat(relay.control.path, &status) == -1)
    let error = #expect(throws: RelayError.self) { try relay.control.identity() }
    #expect(error?.kind == .unreachable)
    #expect(error?.message.contains(relay.control.path) == true)
  }

  @Test func aSecondRelayOnThePathRefuses() throws {
    let relay = try RelayFixture()
    let error = #expect(throws: RelayError.self) {
      _ = try RelayEngine(.init(controlPath: relay.control.path))
    }
    #expect(error?.kind == .alreadyRunning)
    #expect(error?.message.contains(relay.control.path) == true)
    #expect(try relay.control.identity().process == getpid())
  }

  @Test func aSocketThatNobodyListensToIsReplaced() throws {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/relay.sock"
    let stale = UnixSocket.make(nonBlocking: true)
    #expect(UnixSocket.withAddress(of: path) { bind(stale, $0, $1) } == 0)
    close(stale)
    let engine = try RelayEngine(.init(controlPath: path))
    #expect(engine.isRunning)
  }

  @Test func anotherFileIsNotReplaced() throws {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/notes"
    close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
    let error = #expect(throws: RelayError.self) { _ = try RelayEngine(.init(controlPath: path)) }
    #expect(error?.message.contains("not a socket") == true)
    #expect(access(path, F_OK) == 0)
  }

  @Test func aLongPathWorks() throws {
    let folder = try ScratchFolder()
    let deep = "\(folder.path)/\(String(repeating: "x", count: 150))"
    #expect(mkdir(deep, 0o700) == 0)
    defer { rmdir(deep) }
    let path = "\(deep)/relay.sock"
    do {
      let engine = try RelayEngine(.init(controlPath: path, maxLifetime: .milliseconds(200)))
      #expect(access(path, F_OK) == 0)
      let second = #expect(throws: RelayError.self) {
        _ = try RelayEngine(.init(controlPath: path))
      }
      #expect(second?.kind == .alreadyRunning)
      engine.run()
    }
    #expect(access(path, F_OK) == -1)
  }

  @Test func aRelayEndsAtItsMaximumLifetime() async throws {
    let relay = try RelayFixture(maxLifetime: .milliseconds(300))
    try await eventually("the socket is gone") { access(relay.control.path, F_OK) != 0 }
    let error = #expect(throws: RelayError.self) { try relay.control.identity() }
    #expect(error?.kind == .unreachable)
  }

  @Test func aRelayThatDoesNotAnswerTimesOut() throws {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/deaf.sock"
    let deaf = UnixSocket.make(nonBlocking: true)
    defer { close(deaf) }
    #expect(UnixSocket.withAddress(of: path) { bind(deaf, $0, $1) } == 0)
    #expect(listen(deaf, 1) == 0)
    let error = #expect(throws: RelayError.self) {
      try RelayControl(path: path, timeout: .milliseconds(50)).status()
    }
    #expect(error?.kind == .timedOut)
    #expect(error?.message.contains("status") == true)
  }

  @Test func bytesThatAreNoCommandAreAnsweredWithErrors() async throws {
    let relay = try RelayFixture()
    let descriptor = UnixSocket.make(nonBlocking: true)
    #expect(UnixSocket.withAddress(of: relay.control.path) { connect(descriptor, $0, $1) } == 0)
    let plug = Plug(owning: descriptor)
    try await plug.sendAll("\n\nfro")
    try await plug.sendAll("b x\npid\n")
    let answer = try await plug.receiveText(40)
    #expect(answer.hasPrefix("error bad-request unknown command 'frob'"))
    try await plug.sendAll([UInt8](repeating: 255, count: 2 * RelayCommand.longestLine))
    try await eventually("the relay hangs up") { plug.tryReceive(4096).end != nil }
    #expect(try relay.control.identity().process == getpid())
  }

  @Test(arguments: [
    "shape n1 n2 delay-us=99999999999999999999999", "shape n1 n2 delay-us=60000001", "shape n1 n2",
    "shape n1 n2 n1 n9 delay-us=5", "shape n1 n2 delay-us=5 jitter-us", "unshape n1 n9",
    "shape n1 n2 bytes-per-second=1 delay-us=5", "shape n1 n2 stall-every-us=5 delay-us=5",
  ]) func aShapeThatIsRefusedChangesNothing(command: String) async throws {
    let line = try await Line()
    let descriptor = UnixSocket.make(nonBlocking: true)
    #expect(UnixSocket.withAddress(of: line.control.path) { connect(descriptor, $0, $1) } == 0)
    let plug = Plug(owning: descriptor)
    try await plug.sendAll("\(command)\n")
    #expect(try await plug.receiveText(18) == "error bad-request ")
    #expect(try line.control.probe(Line.there).flow.shape == nil)
    #expect(try await line.carriesBothWays())
  }

  @Test func manyControllersTakeTurns() async throws {
    let line = try await Line()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<8 {
        group.addTask {
          for _ in 0..<50 {
            if index % 2 == 0 {
              try line.control.cut(Line.both)
            } else {
              try line.control.healAll()
            }
            _ = try line.control.status()
          }
        }
      }
      try await group.waitForAll()
    }
    try line.control.healAll()
    #expect(try await line.carriesBothWays())
  }

  @Test func whoFindsEveryPlaceTakenWaitsForOne() async throws {
    let line = try await Line()
    var silent: [Plug] = []
    while silent.count < RelayEngine.mostControllers {
      let descriptor = UnixSocket.make(nonBlocking: true)
      #expect(UnixSocket.withAddress(of: line.control.path) { connect(descriptor, $0, $1) } == 0)
      let plug = Plug(owning: descriptor)
      try await plug.sendAll("pid\n")
      #expect(try await plug.receiveText(3) == "ok ")
      silent.append(plug)
    }
    let error = #expect(throws: RelayError.self) {
      try RelayControl(path: line.control.path, timeout: .milliseconds(50)).cut(Line.both)
    }
    #expect(error?.kind == .timedOut)
    async let waiting = Task.detached { try line.control.identity().process }.value
    try await Task.sleep(for: .milliseconds(100))
    silent.removeFirst()
    #expect(try await waiting == getpid())
    // Who gave up waiting has not cut anything afterwards.
    #expect(try await line.carriesBothWays())
    #expect(silent.count == RelayEngine.mostControllers - 1)
  }

  @Test func theLoopWatchesItself() async throws {
    let line = try await Line()
    try await Task.sleep(for: .milliseconds(120))
    let first = try line.control.status()
    #expect(first.worstLoopLag >= first.loopLag && first.loopLag > .zero)
    #expect(first.identity.uptime > .milliseconds(100))
    #expect(try line.control.status().worstLoopLag >= first.worstLoopLag)
  }
}
