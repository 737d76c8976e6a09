import java.io.FileOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.TimestampType;

/** Wrote the .bin files here with kafka-clients 4.3.1: the same 150 records in every compression Kafka knows. */
public class WriteBatches {
  public static void main(String[] arguments) throws Exception {
    for (CompressionType type : CompressionType.values()) {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
      MemoryRecordsBuilder builder =
          MemoryRecords.builder(buffer, Compression.of(type).build(), TimestampType.CREATE_TIME, 0L);
      long noise = 42;
      for (int number = 0; number < 150; number++) {
        StringBuilder value = new StringBuilder();
        for (int word = 0; word < 30; word++) {
          noise = (noise * 1103515245L + 12345L) & 0x7fffffffL;
          value.append("permittering-").append(noise % 1000).append(word % 7 == 0 ? "; " : " ");
        }
        Header[] headers = {
          new RecordHeader("ce_type", "nav.layoffs.LayoffRegistered".getBytes(StandardCharsets.UTF_8)),
          new RecordHeader("trace", Integer.toString(number).getBytes(StandardCharsets.UTF_8)),
          new RecordHeader("ce_type", "again".getBytes(StandardCharsets.UTF_8)),
        };
        byte[] key = number % 10 == 0 ? null : ("key-" + number).getBytes(StandardCharsets.UTF_8);
        byte[] bytes = number % 25 == 0 ? null : value.toString().getBytes(StandardCharsets.UTF_8);
        builder.append(1_584_000_000_000L + number, key, bytes, headers);
      }
      MemoryRecords records = builder.build();
      try (FileOutputStream file = new FileOutputStream(type.name + ".bin")) {
        records.writeFullyTo(file.getChannel());
      }
    }
  }
}
