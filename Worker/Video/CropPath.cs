namespace ReelBallers.Worker;

/// <summary>
/// The path of the crop rectangle through a source of a given size: every rectangle lies inside the picture, and all
/// have the same proportions.
/// </summary>
internal sealed record CropPath(IReadOnlyList<CropKeyframe> Keyframes, bool Zooms)
{
    /// <summary>The tolerance for rectangles outside the picture, since browsers round; they are moved inside.</summary>
    private const double RoundingPixels = 1;

    /// <exception cref="JobFailedException">A rectangle is not inside the picture.</exception>
    public static CropPath Of(IReadOnlyList<CropKeyframe> keyframes, FrameSize source)
    {
        for (var i = 0; i < keyframes.Count; i++)
        {
            var (_, x, y, width, height) = keyframes[i];
            if (x + width > source.Width + RoundingPixels || y + height > source.Height + RoundingPixels)
            {
                throw new JobFailedException(
                    $"input.crop_keyframes[{i}] is not inside the source, which is {source.Width}x{source.Height}");
            }
        }

        var first = keyframes[0];
        var zooms = keyframes.Any(keyframe => Math.Abs(keyframe.Width - first.Width) >= 1
            || Math.Abs(keyframe.Height - first.Height) >= 1);
        return new CropPath([.. keyframes.Select(keyframe => zooms ? Proportioned(keyframe, first, source)
            : Panned(keyframe, first, source))], zooms);
    }

    private static CropKeyframe Panned(CropKeyframe keyframe, CropKeyframe first, FrameSize source)
    {
        // 4:2:0 video has one colour sample for two pixels, so the sides of a crop must be even.
        var width = Math.Min(Math.Floor(first.Width / 2) * 2, source.Width);
        var height = Math.Min(Math.Floor(first.Height / 2) * 2, source.Height);
        return new CropKeyframe(
            keyframe.Time,
            Math.Min(keyframe.X, source.Width - width),
            Math.Min(keyframe.Y, source.Height - height),
            width,
            height);
    }

    /// <summary>Widens a rectangle around its centre to the first one's proportions, as far as the picture allows.</summary>
    private static CropKeyframe Proportioned(CropKeyframe keyframe, CropKeyframe first, FrameSize source)
    {
        var scale = Math.Max(keyframe.Width / first.Width, keyframe.Height / first.Height);
        scale = Math.Min(scale, Math.Min(source.Width / first.Width, source.Height / first.Height));
        var width = first.Width * scale;
        var height = first.Height * scale;
        return new CropKeyframe(
            keyframe.Time,
            Math.Clamp(keyframe.X + ((keyframe.Width - width) / 2), 0, source.Width - width),
            Math.Clamp(keyframe.Y + ((keyframe.Height - height) / 2), 0, source.Height - height),
            width,
            height);
    }
}
