import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Debezium embedded: reads what is inserted into an outbox table from the server's log and sends it to Kafka. Writes a
 * line for each event that all in-sync replicas have: its id, and when, in microseconds since 1970.
 * Parameters: brokers, database host, port, user, database, table with its schema, a folder for its offsets.
 */
public class Relay {
  private static final PrintStream LINES =
      new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), false);

  public static void main(String[] parameters) throws Exception {
    var settings = new Properties();
    settings.putAll(java.util.Map.of("bootstrap.servers", parameters[0], "acks", "all", "enable.idempotence", "true"));
    var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());

    var engine = DebeziumEngine.create(Connect.class).using(connector(parameters))
        .notifying((List<ChangeEvent<SourceRecord, SourceRecord>> events,
            DebeziumEngine.RecordCommitter<ChangeEvent<SourceRecord, SourceRecord>> committer) -> {
          var acknowledged = new CountDownLatch(events.size());
          for (var event : events) {
            Struct row = event.value().value() instanceof Struct change ? change.getStruct("after") : null;
            if (row == null) acknowledged.countDown();
            else send(producer, row, acknowledged);
          }
          producer.flush();
          acknowledged.await();
          LINES.flush();
          for (var event : events) committer.markProcessed(event);
          committer.markBatchFinished();
        })
        .using((success, message, failure) -> {
          System.err.println(message);
          if (failure != null) failure.printStackTrace();
          System.exit(1);
        })
        .using(new DebeziumEngine.ConnectorCallback() {
          @Override
          public void taskStarted() {
            LINES.println("started");
            LINES.flush();
          }
        })
        .build();
    engine.run();
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, Struct row, CountDownLatch acknowledged) {
    var record = new ProducerRecord<>(row.getString("topic"), row.getBytes("key"), row.getBytes("value"));
    record.headers().add("headers", row.getBytes("headers"));
    String id = row.getString("event_id");
    producer.send(record, (metadata, failure) -> {
      if (failure != null) {
        failure.printStackTrace();
        System.exit(1);
      }
      LINES.println(id + " " + ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
      acknowledged.countDown();
    });
  }

  private static Properties connector(String[] parameters) {
    var settings = new Properties();
    String[][] given = {
      {"name", "outbox"},
      {"connector.class", "io.debezium.connector.postgresql.PostgresConnector"},
      {"offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore"},
      {"offset.storage.file.filename", parameters[6] + "/offsets"},
      {"offset.flush.interval.ms", "1000"},
      {"database.hostname", parameters[1]},
      {"database.port", parameters[2]},
      {"database.user", parameters[3]},
      {"database.password", "none"},
      {"database.dbname", parameters[4]},
      {"topic.prefix", "outbox"},
      {"plugin.name", "pgoutput"},
      {"slot.name", "outbox"},
      {"publication.name", "outbox"},
      {"publication.autocreate.mode", "filtered"},
      {"table.include.list", parameters[5]},
      {"snapshot.mode", "no_data"},
      // It looks this often into its own queue; half a second unless told otherwise.
      {"poll.interval.ms", "1"},
    };
    for (String[] pair : given) settings.setProperty(pair[0], pair[1]);
    return settings;
  }
}
