import Environment
import Harness
import Testing

@testable import Systems

@Suite struct RabbitMQInstallationTests {
  private let tree = FakeTree()

  @Test func packagedLayout() throws {
    try tree.erlang()
    try tree.rabbitMQ("packaged/lib/rabbitmq_server-3.10.8", version: "3.10.8")
    try tree.link(
      "packaged/bin/rabbitmq-server", to: "../lib/rabbitmq_server-3.10.8/sbin/rabbitmq-server")
    let found = try tree.find()
    #expect(found.serverScript == "\(tree.path)/packaged/bin/rabbitmq-server")
    #expect(found.version == "3.10.8")
    #expect(found.erlangRoot == "\(tree.path)/erlang")
    #expect(found.erlangVersion == "25.2.3")
    #expect(found.erlCall == "\(tree.path)/erlang/lib/erl_interface-5.3/bin/erl_call")
    #expect(found.epmd == "\(tree.path)/erlang/bin/epmd")
  }

  @Test func genericUnixTreeOfAnyName() throws {
    try tree.erlang()
    try tree.rabbitMQ("mine", version: "3.13.7")
    let found = try tree.find(home: "mine")
    #expect(found.serverScript == "\(tree.path)/mine/sbin/rabbitmq-server")
    #expect(found.version == "3.13.7")
  }

  @Test func versionFromTheDirectoriesWhenTheApplicationFileIsOdd() throws {
    try tree.erlang()
    try tree.script("mine/sbin/rabbitmq-server")
    try tree.file("mine/plugins/rabbit-3.12.0/ebin/rabbit.app", "{vsn,git}")
    #expect(try tree.find(home: "mine").version == "3.12.0")
    try tree.script("rabbitmq_server-3.9.1/sbin/rabbitmq-server")
    #expect(try tree.find(home: "rabbitmq_server-3.9.1").version == "3.9.1")
  }

  private func failure(home: String? = nil) throws -> String {
    let failure = try #require(
      #expect(throws: SystemFailure.self) { try tree.find(home: home) })
    #expect(failure.kind == .unavailable)
    return failure.description
  }

  @Test func missingRabbitMQSaysWhatToInstall() throws {
    try tree.erlang()
    let text = try failure()
    #expect(text.contains("RabbitMQ is not installed"))
    #expect(text.contains("\(tree.path)/packaged/bin/rabbitmq-server"))
    #expect(text.contains("apt-get install rabbitmq-server"))
  }

  @Test func homeWithoutRabbitMQIsNamed() throws {
    try tree.erlang()
    #expect(try failure(home: "empty").contains("no RabbitMQ in \(tree.path)/empty"))
    try tree.script("odd/sbin/rabbitmq-server")
    #expect(try failure(home: "odd").contains("has no plugins/rabbit-VERSION"))
  }

  @Test func missingErlangSaysWhatToInstall() throws {
    try tree.rabbitMQ("mine", version: "3.13.7")
    let text = try failure(home: "mine")
    #expect(text.contains("there is no erl in \(tree.path)/nothing:\(tree.path)/bin"))
    #expect(text.contains("apt-get install erlang-base"))
  }

  @Test func erlangWithoutErlCallIsNamed() throws {
    try tree.rabbitMQ("mine", version: "3.13.7")
    try tree.script("erlang/bin/erl")
    try tree.link("bin/erl", to: "../erlang/bin/erl")
    #expect(try failure(home: "mine").contains("\(tree.path)/erlang has no erl_call"))
  }
}
