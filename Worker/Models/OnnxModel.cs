using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ReelBallers.Worker;

/// <summary>
/// A model that ONNX Runtime runs. Its inputs, in this order: one picture, or two and perhaps the moment between them; each picture is
/// <c>[batch, 3, height, width]</c> of 32-bit floats, and so is its one output.
/// </summary>
internal sealed class OnnxModel : ITileModel
{
    private readonly ModelFile _file;
    private readonly InferenceSession _session;
    private readonly string _output;
    private readonly int _momentRank;

    private OnnxModel(ModelFile file, InferenceSession session)
    {
        _file = file;
        _session = session;
        Pictures = file.Description.Kind == ModelKind.Upscale ? 1 : 2;
        var inputs = session.InputNames.Select(name => session.InputMetadata[name]).ToArray();
        if (session.OutputNames.Count == 0 || inputs.Length < Pictures || inputs.Length > (Pictures == 1 ? 1 : 3))
        {
            throw Wrong($"has {inputs.Length} inputs, and a model of its kind has {(Pictures == 1 ? "1" : "2 or 3")}");
        }

        _output = session.OutputNames[0];
        TakesTime = inputs.Length == 3;
        _momentRank = TakesTime ? inputs[2].Dimensions.Length : 0;
        if (inputs.Append(session.OutputMetadata[_output]).Any(data => !data.IsTensor || data.ElementDataType != TensorElementType.Float))
        {
            throw Wrong("has an input or output that is not a tensor of 32-bit floats");
        }

        foreach (var dimensions in inputs.Take(Pictures).Select(input => input.Dimensions))
        {
            if (dimensions is not [1 or -1, 3 or -1, var height, var width]
                || (height != width && (height == -1 || width == -1)) || (height != -1 && (height, width) != (Tile, Tile)))
            {
                throw Wrong($"takes [{string.Join(", ", dimensions)}], not [batch, 3, height, width] of any size or of the tile's size");
            }

            HasFixedSize |= height != -1;
            HasFixedBatch |= dimensions[0] == 1;
        }
    }

    public int Pictures { get; }

    public bool TakesTime { get; }

    public bool HasFixedSize { get; }

    public bool HasFixedBatch { get; }

    private int Tile => _file.Description.Tile;

    /// <exception cref="ModelException">It cannot be loaded, or is not what its description says.</exception>
    public static OnnxModel Load(ModelFile file, ModelDevice device)
    {
        InferenceSession? session = null;
        try
        {
            using var options = device.SessionOptions();
            session = new InferenceSession(file.Path, options);
            return new OnnxModel(file, session);
        }
        catch (OnnxRuntimeException failure)
        {
            session?.Dispose();
            throw new ModelException($"{file.Name}.onnx cannot be loaded: {failure.Message}");
        }
        catch (ModelException)
        {
            session?.Dispose();
            throw;
        }
    }

    public void Dispose() => _session.Dispose();

    public void Run(float[][] inputs, int count, FrameSize tile, float time, float[] output, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var run = new RunOptions();
        using var end = cancellationToken.Register(() => run.Terminate = true);
        var values = new List<OrtValue>();
        try
        {
            values.AddRange(inputs.Select(planes => Tensor(planes, [count, 3, tile.Height, tile.Width])));
            if (TakesTime)
            {
                values.Add(Moment(count, tile, time));
            }

            using var results = _session.Run(run, [.. _session.InputNames], values, [_output]);
            Copy(results[0], count, tile, output);
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OnnxRuntimeException failure) when (IsMemory(failure.Message))
        {
            throw new ModelMemoryException(failure.Message);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    /// <summary>ONNX Runtime has no code for it; these are its own words, and those of CUDA and its libraries.</summary>
    public static bool IsMemory(string message) =>
        new[] { "Failed to allocate memory", "bad allocation", "bad_alloc", "out of memory", "OUT_OF_MEMORY", "ALLOC_FAILED" }
            .Any(words => message.Contains(words, StringComparison.OrdinalIgnoreCase));

    private void Copy(OrtValue result, int count, FrameSize tile, float[] output)
    {
        var shape = result.GetTensorTypeAndShape().Shape;
        long[] wanted = [count, 3, tile.Height * _file.Description.Factor, tile.Width * _file.Description.Factor];
        if (!shape.AsSpan().SequenceEqual(wanted))
        {
            throw Wrong($"makes [{string.Join(", ", shape)}] of tiles of {tile.Width}x{tile.Height}, not [{string.Join(", ", wanted)}]");
        }

        result.GetTensorDataAsSpan<float>().CopyTo(output);
    }

    private OrtValue Moment(int count, FrameSize tile, float time)
    {
        long[] shape = _momentRank switch
        {
            4 => [count, 1, tile.Height, tile.Width],
            0 => [],
            _ => [.. Enumerable.Repeat(1L, _momentRank)],
        };
        var numbers = new float[shape.Aggregate(1L, (product, side) => product * side)];
        Array.Fill(numbers, time);
        return Tensor(numbers, shape);
    }

    private static OrtValue Tensor(float[] numbers, long[] shape)
    {
        var length = (int)shape.Aggregate(1L, (product, side) => product * side);
        return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, numbers.AsMemory(0, length), shape);
    }

    private ModelException Wrong(string problem) => new($"{_file.Name}.onnx {problem}");
}
