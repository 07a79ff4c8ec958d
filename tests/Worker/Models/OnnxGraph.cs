using Google.Protobuf;

namespace ReelBallers.Worker.Tests;

/// <summary>Writes small ONNX models: the fields of onnx.proto that they need.</summary>
internal sealed class OnnxGraph
{
    private const int Float = 1;
    private const int Int64 = 7;
    private const ulong IrVersion = 9;
    private const ulong Operators = 18;

    private readonly List<byte[]> _nodes = [];
    private readonly List<byte[]> _constants = [];
    private readonly List<byte[]> _inputs = [];
    private readonly List<byte[]> _outputs = [];

    /// <summary>A side of null is free.</summary>
    public OnnxGraph Input(string name, params long?[] sides) => Add(_inputs, Value(name, sides));

    public OnnxGraph Output(string name, params long?[] sides) => Add(_outputs, Value(name, sides));

    public OnnxGraph Constant(string name, long[] sides, params float[] numbers) => Add(_constants, Message(tensor =>
    {
        tensor.Bytes(1, Message(dimensions => Array.ForEach(sides, side => dimensions.Raw((ulong)side))));
        tensor.Number(2, Float);
        tensor.Text(8, name);
        tensor.Bytes(9, [.. numbers.SelectMany(BitConverter.GetBytes)]);
    }));

    public OnnxGraph Node(string kind, string[] inputs, string output, params (string Name, object Value)[] attributes) =>
        Add(_nodes, Message(node =>
        {
            Array.ForEach(inputs, input => node.Text(1, input));
            node.Text(2, output);
            node.Text(4, kind);
            Array.ForEach(attributes, attribute => node.Bytes(5, Attribute(attribute.Name, attribute.Value)));
        }));

    public byte[] ToModel() => Message(model =>
    {
        model.Number(1, IrVersion);
        model.Bytes(7, Message(graph =>
        {
            _nodes.ForEach(node => graph.Bytes(1, node));
            graph.Text(2, "graph");
            _constants.ForEach(constant => graph.Bytes(5, constant));
            _inputs.ForEach(input => graph.Bytes(11, input));
            _outputs.ForEach(output => graph.Bytes(12, output));
        }));
        model.Bytes(8, Message(operators => operators.Number(2, Operators)));
    });

    private OnnxGraph Add(List<byte[]> list, byte[] message)
    {
        list.Add(message);
        return this;
    }

    private static byte[] Value(string name, long?[] sides) => Message(value =>
    {
        value.Text(1, name);
        value.Bytes(2, Message(type => type.Bytes(1, Message(tensor =>
        {
            tensor.Number(1, Float);
            tensor.Bytes(2, Message(shape =>
            {
                foreach (var (index, side) in sides.Index())
                {
                    shape.Bytes(1, Message(dimension =>
                    {
                        if (side is { } length)
                        {
                            dimension.Number(1, (ulong)length);
                        }
                        else
                        {
                            dimension.Text(2, $"{name}{index}");
                        }
                    }));
                }
            }));
        }))));
    });

    private static byte[] Attribute(string name, object value) => Message(attribute =>
    {
        attribute.Text(1, name);
        switch (value)
        {
            case long number:
                attribute.Number(3, (ulong)number);
                attribute.Number(20, 2);
                break;
            case string text:
                attribute.Text(4, text);
                attribute.Number(20, 3);
                break;
            case long[] numbers:
                Array.ForEach(numbers, number => attribute.Number(8, (ulong)number));
                attribute.Number(20, Int64);
                break;
            default:
                throw new ArgumentException($"{value.GetType()} is not an attribute", nameof(value));
        }
    });

    private static byte[] Message(Action<Fields> write)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        write(new Fields(output));
        output.Flush();
        return stream.ToArray();
    }

    /// <summary>The fields of one message, by their numbers.</summary>
    private sealed class Fields(CodedOutputStream output)
    {
        public void Raw(ulong value) => output.WriteUInt64(value);

        public void Number(int field, ulong value)
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteUInt64(value);
        }

        public void Text(int field, string text)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteString(text);
        }

        public void Bytes(int field, byte[] bytes)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(bytes));
        }
    }
}
