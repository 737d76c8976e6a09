import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import io.confluent.parallelconsumer.RecordContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Confluent's parallel consumer by key, batches of 100, one transaction each: inbox, upserts, outbox. Says how many
 * events have committed, a line each 20 ms.
 * Parameters: brokers, topic, JDBC address, schema, layoff's Avro schema, grant's Avro schema, grant's topic, its schema id.
 */
public class ByKey {
  /** A connection with its statements, prepared once. */
  record Worker(Connection connection, PreparedStatement inbox, PreparedStatement upsert, PreparedStatement outbox) {}

  private static final int WORKERS = 6;

  public static void main(String[] parameters) throws Exception {
    String topic = parameters[1];
    Schema layoffSchema = new Schema.Parser().parse(parameters[4]);
    Schema grantSchema = new Schema.Parser().parse(parameters[5]);
    String grantTopic = parameters[6];
    int grantSchemaId = Integer.parseInt(parameters[7]);
    var free = new ArrayBlockingQueue<Worker>(WORKERS);
    for (int number = 0; number < WORKERS; number++) free.add(worker(parameters[2], parameters[3], grantTopic));
    var handled = new AtomicLong();

    Properties settings = new Properties();
    settings.putAll(Map.of("bootstrap.servers", parameters[0], "group.id", parameters[3], "auto.offset.reset", "earliest",
        "enable.auto.commit", "false", "max.poll.records", "2000"));
    var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    var options = ParallelConsumerOptions.<byte[], byte[]>builder()
        .ordering(ParallelConsumerOptions.ProcessingOrder.KEY).maxConcurrency(WORKERS).batchSize(100)
        .consumer(consumer).build();
    var processor = ParallelStreamProcessor.createEosStreamProcessor(options);
    processor.subscribe(List.of(topic));
    processor.poll(batch -> {
      Worker worker = null;
      try {
        worker = free.take();
        for (RecordContext<byte[], byte[]> context : batch.stream().flatMap(each -> java.util.stream.Stream.of(each)).toList()) {
          add(worker, context.getConsumerRecord(), layoffSchema, grantSchema, grantSchemaId);
        }
        // Sorted by the database's own locks only: two batches never hold the same key at once.
        worker.inbox().executeBatch();
        worker.upsert().executeBatch();
        worker.outbox().executeBatch();
        worker.connection().commit();
        handled.addAndGet(batch.size());
      } catch (Exception failure) {
        failure.printStackTrace();
        System.exit(1);
      } finally {
        if (worker != null) free.add(worker);
      }
    });
    for (;;) {
      System.out.println(handled.get());
      Thread.sleep(20);
    }
  }

  private static Worker worker(String address, String schema, String grantTopic) throws Exception {
    Connection connection = DriverManager.getConnection(address + "&currentSchema=" + schema + "&reWriteBatchedInserts=true");
    connection.setAutoCommit(false);
    return new Worker(connection,
        connection.prepareStatement("insert into inbox (source, id, type, content_hash, topic, partition, record_offset)"
            + " values (?, ?, ?, ?, ?, ?, ?)"),
        connection.prepareStatement("insert into granted (person, days) values (?, ?)"
            + " on conflict (person) do update set days = granted.days + excluded.days"),
        connection.prepareStatement("insert into outbox (event_id, type, topic, partition, key, value, headers)"
            + " values (?, 'Granted', '" + grantTopic + "', ?, ?, ?, '')"));
  }

  private static void add(Worker worker, ConsumerRecord<byte[], byte[]> record, Schema layoffSchema, Schema grantSchema,
      int grantSchemaId) throws Exception {
    String id = text(record, "ce_id");
    byte[] value = record.value();
    var reader = new GenericDatumReader<GenericRecord>(layoffSchema);
    GenericRecord layoff = reader.read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
    String person = layoff.get("subject").toString();
    long days = (Long) layoff.get("days");

    PreparedStatement inbox = worker.inbox();
    inbox.setString(1, text(record, "ce_source"));
    inbox.setString(2, id);
    inbox.setString(3, text(record, "ce_type"));
    inbox.setBytes(4, MessageDigest.getInstance("SHA-256").digest(value));
    inbox.setString(5, record.topic());
    inbox.setInt(6, record.partition());
    inbox.setLong(7, record.offset());
    inbox.addBatch();

    worker.upsert().setString(1, person);
    worker.upsert().setLong(2, days);
    worker.upsert().addBatch();

    GenericRecord grant = new GenericData.Record(grantSchema);
    grant.put("subject", person);
    grant.put("days", days);
    var bytes = new java.io.ByteArrayOutputStream();
    bytes.write(ByteBuffer.allocate(5).put((byte) 0).putInt(grantSchemaId).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(grantSchema).write(grant, encoder);
    encoder.flush();
    PreparedStatement outbox = worker.outbox();
    outbox.setString(1, id);
    outbox.setInt(2, Utils.toPositive(Utils.murmur2(record.key())) % 6);
    outbox.setBytes(3, record.key());
    outbox.setBytes(4, bytes.toByteArray());
    outbox.addBatch();
  }

  private static String text(ConsumerRecord<byte[], byte[]> record, String header) {
    return new String(record.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }
}
