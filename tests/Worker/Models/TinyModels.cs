namespace ReelBallers.Worker.Tests;

/// <summary>Models that are small enough for the CPU, and whose results are known.</summary>
internal static class TinyModels
{
    private static readonly (string, object)[] Bilinear = [("mode", "linear"), ("coordinate_transformation_mode", "half_pixel")];

    /// <summary>Enlarges between the pixels, as ffmpeg's bilinear scaler does.</summary>
    public static byte[] Resize(int factor, long? batch = null, long? side = null) => new OnnxGraph()
        .Input("in", batch, 3, side, side)
        .Output("out", batch, 3, side * factor, side * factor)
        .Constant("scales", [4], 1, 1, factor, factor)
        .Node("Resize", ["in", "", "scales"], "out", Bilinear)
        .ToModel();

    /// <summary>
    /// Two convolutions and a shuffle of depth to space, as the published networks end: each result pixel depends on the five by five
    /// around it, and differs from what a filter without edges would make.
    /// </summary>
    public static byte[] Network()
    {
        var random = new Random(7);
        float[] Weights(int count, float scale) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.4f) * scale)];
        return new OnnxGraph()
            .Input("in", null, 3, null, null)
            .Output("out", null, 3, null, null)
            .Constant("first", [6, 3, 3, 3], Weights(6 * 3 * 9, 0.3f))
            .Constant("second", [12, 6, 3, 3], Weights(12 * 6 * 9, 0.3f))
            .Constant("bias", [12], [.. Enumerable.Repeat(0.2f, 12)])
            .Node("Conv", ["in", "first"], "a", ("pads", new long[] { 1, 1, 1, 1 }))
            .Node("Relu", ["a"], "b")
            .Node("Conv", ["b", "second", "bias"], "c", ("pads", new long[] { 1, 1, 1, 1 }))
            .Node("DepthToSpace", ["c"], "out", ("blocksize", 2L))
            .ToModel();
    }

    /// <summary>The average of two pictures: what is in the middle between them.</summary>
    public static byte[] Average() => new OnnxGraph()
        .Input("first", null, 3, null, null)
        .Input("second", null, 3, null, null)
        .Output("out", null, 3, null, null)
        .Constant("half", [1], 0.5f)
        .Node("Add", ["first", "second"], "sum")
        .Node("Mul", ["sum", "half"], "out")
        .ToModel();

    /// <summary>A mixture of two pictures, by the time between them.</summary>
    public static byte[] Mixture(params long?[] timeSides) => new OnnxGraph()
        .Input("first", null, 3, null, null)
        .Input("second", null, 3, null, null)
        .Input("time", timeSides)
        .Output("out", null, 3, null, null)
        .Node("Sub", ["second", "first"], "change")
        .Node("Mul", ["change", "time"], "part")
        .Node("Add", ["first", "part"], "out")
        .ToModel();
}
