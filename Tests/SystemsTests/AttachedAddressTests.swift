import Environment
import Harness
import Operations
import Testing

@testable import Systems

/// Where a cluster is that already runs, and what its brokers can do.
@Suite struct AttachedAddressTests {
  @Test func whatIsLeftOutHasTheBrokersDefaults() throws {
    let address = try AttachedAddress(parsing: "amqp://host")
    #expect(address.host == "host")
    #expect(address.port == 5672)
    #expect(address.credentials == Credentials(user: "guest", password: "guest"))
  }

  @Test func everyPartIsRead() throws {
    let address = try AttachedAddress(parsing: "amqp://us%40er:p%3Aw:x@10.0.0.1:25672/v%2Fh")
    #expect(address.host == "10.0.0.1")
    #expect(address.port == 25_672)
    #expect(
      address.credentials == Credentials(user: "us@er", password: "p:w:x", virtualHost: "v/h"))
    #expect(try AttachedAddress(parsing: "amqp://h/").credentials.virtualHost.isEmpty)
  }

  @Test(
    arguments: [
      ("host:5672", "looks like amqp://"), ("amqps://host", "TLS is not supported"),
      ("amqp://", "no host"), ("amqp://host:0", "not a port"), ("amqp://host:x", "not a port"),
      ("amqp://a:b:c", "no host"), ("amqp://%zz@host", "percent-encoded"),
      ("amqp://%ff@host", "not UTF-8"), ("amqp://u%4@host", "percent"),
    ])
  func whatIsNoAddressIsRefused(uri: String, reason: String) {
    let failure = #expect(throws: SystemFailure.self) { try AttachedAddress(parsing: uri) }
    #expect(failure?.description.contains(reason) == true, "\(failure?.description ?? "")")
  }

  private func queue(_ kind: QueueKind) -> QueuePlan {
    QueuePlan(
      id: QueueID(0), name: "q", kind: kind,
      mirroring: Mirroring(replicas: 0, syncMode: .manual, promoteOnFailure: .always),
      groupSize: 0, required: [])
  }

  @Test(
    arguments: [
      ("RabbitMQ", "3.10.8", true), ("RabbitMQ", "3.13.7", true), ("RabbitMQ", "4.0.2", false),
      ("RabbitMQ", "4.1.0-beta.1", false), ("LavinMQ", "2.0.0", false), ("RabbitMQ", "dev", false),
    ])
  func mirroredQueuesEndedWithThreeThirteen(product: String, version: String, hasThem: Bool) {
    let greeting = BrokerGreeting(product: product, version: version)
    #expect(greeting.hasMirroredQueues == hasThem)
    #expect(throws: Never.self) { try greeting.check([queue(.plain), queue(.quorum)]) }
    if hasThem {
      #expect(throws: Never.self) { try greeting.check([queue(.mirrored)]) }
    } else {
      let failure = #expect(throws: SystemFailure.self) { try greeting.check([queue(.mirrored)]) }
      #expect(failure?.description.contains("--kinds plain,quorum") == true)
    }
  }

  @Test func anythingElseThanAGreetingIsNone() {
    #expect(BrokerGreeting.read([]) == nil)
    #expect(BrokerGreeting.read(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)) == nil)
    #expect(BrokerGreeting.read([1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 11, 206]) == nil)
  }
}
