using Microsoft.ML.OnnxRuntime;

namespace ReelBallers.Worker.Tests;

/// <summary>A picture that went through a model tile by tile is the one that ONNX Runtime makes of the whole picture.</summary>
public sealed class TiledModelTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(150, 90, 48, 8)]
    [InlineData(97, 61, 32, 8)]
    [InlineData(64, 200, 64, 16)]
    [InlineData(33, 33, 32, 8)]
    [InlineData(20, 30, 32, 8)]
    public void Tiles_leave_no_seams(int width, int height, int tile, int overlap)
    {
        var size = new FrameSize(width, height);
        var picture = Noise.Picture(size);
        Assert.Equal(
            Whole(TinyModels.Network(), size, picture, factor: 2),
            Tiled(TinyModels.Network(), size, picture, $$"""{"kind":"upscale","factor":2,"tile":{{tile}},"overlap":{{overlap}}}"""));
    }

    [Fact]
    public void A_model_that_takes_only_its_own_size_gets_the_edges_repeated()
    {
        const string Description = """{"kind":"upscale","factor":2,"tile":32,"overlap":4}""";
        var model = TinyModels.Resize(2, batch: 1, side: 32);
        foreach (var size in new[] { new FrameSize(20, 90), new FrameSize(70, 10), new FrameSize(100, 100) })
        {
            var picture = Noise.Picture(size);
            var pairs = Whole(TinyModels.Resize(2), size, picture, factor: 2).Zip(Tiled(model, size, picture, Description));
            // ONNX Runtime rounds its places in the picture, which are other ones in a tile.
            Assert.All(pairs, pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        }
    }

    [Fact]
    public void Sides_are_filled_up_to_the_multiple_that_a_model_needs()
    {
        var (size, runs) = (new FrameSize(50, 21), new List<FrameSize>());
        var description = ModelDescription.Read("m", """{"kind":"upscale","factor":2,"tile":64,"overlap":4,"multiple":16}""");
        using var loaded = Load(new FakeModel { OnRun = (_, tile) => runs.Add(tile) }, description);
        runs.Clear();
        new TiledModel(loaded, size).Run([Noise.Picture(size)], 0, new byte[100 * 42 * 3], CancellationToken.None);
        Assert.Equal([new FrameSize(64, 32)], runs);
    }

    [Theory]
    [InlineData("rgb", "[0, 1]")]
    [InlineData("bgr", "[0, 255]")]
    [InlineData("bgr", "[-1, 1]")]
    public void Colours_and_numbers_are_those_that_the_model_has(string order, string range)
    {
        var size = new FrameSize(4, 4);
        float[]? given = null;
        var description = ModelDescription.Read(
            "m", $$"""{"kind":"upscale","factor":2,"tile":16,"overlap":0,"color_order":"{{order}}","range":{{range}}}""");
        using var loaded = Load(new FakeModel { OnRun = (inputs, _) => given = [.. inputs[0].Take(48)] }, description);
        byte[] picture = [.. Enumerable.Repeat<byte[]>([255, 51, 0], 16).SelectMany(pixel => pixel)];
        var result = new byte[picture.Length * 4];
        new TiledModel(loaded, size).Run([picture], 0, result, CancellationToken.None);
        float[] numbers = range switch
        {
            "[0, 1]" => [1, 0.2f, 0],
            "[0, 255]" => [255, 51, 0],
            _ => [1, -0.6f, -1],
        };
        Assert.Equal(order == "rgb" ? numbers : numbers.Reverse(), [given![0], given[16], given[32]]);
        Assert.Equal(Enumerable.Repeat<byte[]>([255, 51, 0], 64).SelectMany(pixel => pixel), result);
    }

    [Fact]
    public void The_memory_depends_on_the_tile_and_not_on_the_picture()
    {
        var (size, largest) = (new FrameSize(1920, 1080), 0);
        var description = ModelDescription.Read("m", """{"kind":"upscale","factor":2,"tile":64,"overlap":8,"max_batch":4}""");
        using var loaded = Load(new FakeModel { OnRun = (inputs, _) => largest = Math.Max(largest, inputs[0].Length) }, description);
        var model = new TiledModel(loaded, size);
        var (picture, result) = (Noise.Picture(size), new byte[model.ResultBytes]);
        model.Run([picture], 0, result, CancellationToken.None);
        Assert.InRange(largest, 1, 4 * 3 * 64 * 64);
        var before = GC.GetAllocatedBytesForCurrentThread();
        model.Run([picture], 0, result, CancellationToken.None);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    private static LoadedModel Load(ITileModel model, ModelDescription description) =>
        LoadedModel.Start("m", description, model, TimeProvider.System, CancellationToken.None);

    private byte[] Tiled(byte[] model, FrameSize size, byte[] picture, string description)
    {
        var file = _folder.With("m", model, description).Find("m");
        using var loaded = Load(OnnxModel.Load(file, new ModelDevice("cpu")), file.Description);
        var tiled = new TiledModel(loaded, size);
        var result = new byte[tiled.ResultBytes];
        tiled.Run([picture], 0, result, CancellationToken.None);
        return result;
    }

    /// <summary>The whole picture by ONNX Runtime alone.</summary>
    internal static byte[] Whole(byte[] model, FrameSize size, byte[] picture, int factor)
    {
        using var session = new InferenceSession(model);
        var (pixels, plane) = (size.Width * size.Height, size.Width * size.Height * factor * factor);
        var planes = new float[pixels * 3];
        for (var at = 0; at < picture.Length; at++)
        {
            planes[(at % 3 * pixels) + (at / 3)] = picture[at] / 255f;
        }

        using var input = OrtValue.CreateTensorValueFromMemory(planes, [1, 3, size.Height, size.Width]);
        using var run = new RunOptions();
        using var results = session.Run(run, ["in"], [input], ["out"]);
        var output = results[0].GetTensorDataAsSpan<float>().ToArray();
        return [.. Enumerable.Range(0, plane * 3)
            .Select(at => (byte)Math.Clamp(MathF.Floor((output[(at % 3 * plane) + (at / 3)] * 255) + 0.5f), 0, 255))];
    }
}
