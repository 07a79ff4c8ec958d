#!/usr/bin/env bash
# Small videos of the kinds that people have, with the right result of each in a comment.
# usage: make-corpus.sh DIR [NAME...]     makes the named ones, or all; needs ffmpeg 5.1 or newer with libx264, libx265, libvpx, libaom
set -euo pipefail
dir=${1:?folder}
shift
names=" $* "
mkdir -p "$dir"
cd "$dir"

ff() { "${FFMPEG:-ffmpeg}" -nostdin -v error -y "$@"; }
wanted() { [ "$names" = "  " ] || [[ "$names" == *" $1 "* ]]; }
half() { head -c $(($(wc -c < "$1") / 2)) "$1" > "$2"; }
tail_zeroed() { { head -c $(($(wc -c < "$1") / 2)) "$1"; head -c $(($(wc -c < "$1") - $(wc -c < "$1") / 2)) /dev/zero; } > "$2"; }

small=size=320x180:rate=25
x264=(-c:v libx264 -preset ultrafast -pix_fmt yuv420p)
clip() { ff -f lavfi -i "testsrc2=$small:duration=$1" -f lavfi -i "sine=duration=$1" "${x264[@]}" -c:a aac "${@:2}"; }
# A quarter each of red, green (lime), blue and white, in the colours that the filter chain $1 makes of them.
quarters() {
    ff -f lavfi -i "color=red:size=160x90:rate=5:duration=1" -f lavfi -i "color=lime:size=160x90:rate=5:duration=1" \
        -f lavfi -i "color=blue:size=160x90:rate=5:duration=1" -f lavfi -i "color=white:size=160x90:rate=5:duration=1" \
        -filter_complex "[0]format=gbrp[a];[1]format=gbrp[b];[2]format=gbrp[c];[3]format=gbrp[d];[a][b]hstack[e];[c][d]hstack[f];[e][f]vstack,$1" \
        "${@:2}"
}

# --- Cut off: refused with how much there is of how much, never half of it at full price ---
if wanted cut-faststart.mp4; then clip 4 -movflags +faststart whole-f.mp4; half whole-f.mp4 cut-faststart.mp4; fi
if wanted cut.mkv; then clip 4 whole.mkv; half whole.mkv cut.mkv; fi
if wanted cut.webm; then ff -f lavfi -i "testsrc2=$small:duration=4" -c:v libvpx -deadline realtime whole.webm; half whole.webm cut.webm; fi
if wanted cut.avi; then ff -f lavfi -i "testsrc2=$small:duration=4" -c:v mpeg4 whole.avi; half whole.avi cut.avi; fi
# Its index is in the part that is missing.
if wanted cut-index-last.mov; then clip 4 whole.mov; half whole.mov cut-index-last.mov; fi
# The second half is there but empty, as after a download that was interrupted.
if wanted zeros.mp4; then clip 4 -movflags +faststart whole-z.mp4; tail_zeroed whole-z.mp4 zeros.mp4; fi
# A broadcast claims no length: what is there is the video.
if wanted cut.ts; then clip 4 whole.ts; half whole.ts cut.ts; fi

# --- Clocks ---
# A browser's recording: no duration, a clock of milliseconds, irregular frames. All frames, 3 s.
if wanted recorded.webm; then
    ff -f lavfi -i "testsrc2=size=320x180:rate=36:duration=3" -vf "settb=1/1000,setpts='PTS+floor(random(7)*20)'" \
        -fps_mode passthrough -enc_time_base 1:1000 -c:v libvpx -deadline realtime -f webm -live 1 recorded.webm
fi
# A phone's irregular frames: each keeps its time.
if wanted irregular.mp4; then
    ff -f lavfi -i "testsrc2=size=320x180:rate=30:duration=2" -vf "select='not(eq(mod(n,7),3))',settb=1/90000" -fps_mode vfr \
        -enc_time_base 1:90000 "${x264[@]}" -video_track_timescale 90000 irregular.mp4
fi
# 120 and 90 frames a second: 60.
if wanted fast-120.mp4; then ff -f lavfi -i "testsrc2=size=320x180:rate=120:duration=1" "${x264[@]}" fast-120.mp4; fi
if wanted fast-90.mp4; then ff -f lavfi -i "testsrc2=size=320x180:rate=90:duration=1" "${x264[@]}" fast-90.mp4; fi
# 29.97 stays exactly 30000/1001.
if wanted ntsc.mp4; then ff -f lavfi -i "testsrc2=size=320x180:rate=30000/1001:duration=1" "${x264[@]}" ntsc.mp4; fi
# One frame: completed.
if wanted one-frame.mp4; then ff -f lavfi -i "testsrc2=$small:duration=1" -frames:v 1 "${x264[@]}" one-frame.mp4; fi
# A slide a second: the last one stays for its second.
if wanted slides.mp4; then ff -f lavfi -i "testsrc2=size=320x180:rate=1:duration=3" "${x264[@]}" slides.mp4; fi
# Cut by an edit list, without encoding: 1 s of 2.
if wanted edited.mp4; then clip 2 whole-e.mp4; ff -ss 0.5 -i whole-e.mp4 -t 1 -c copy edited.mp4; fi
if wanted fragmented.mp4; then clip 1 -movflags frag_keyframe+empty_moov+default_base_moof -g 5 fragmented.mp4; fi
# A recording whose clock began an hour ago: 1 s.
if wanted late-clock.mkv; then clip 1 -output_ts_offset 3600 late-clock.mkv; fi
# A broadcast from the middle of the day, and one whose clock of 33 bits begins anew after half a second.
if wanted late-clock.ts; then clip 1 -output_ts_offset 40000 late-clock.ts; fi
if wanted wrapped-clock.ts; then clip 2 -output_ts_offset 95441.7 wrapped-clock.ts; fi
# Sound from second 1 on; silence before.
if wanted late-sound.mp4; then
    ff -f lavfi -i "testsrc2=$small:duration=2" -itsoffset 1 -f lavfi -i "sine=duration=1" "${x264[@]}" -c:a aac late-sound.mp4
fi
# The picture begins after 0.5 s of sound.
if wanted late-picture.mp4; then
    ff -itsoffset 0.5 -f lavfi -i "testsrc2=$small:duration=1" -f lavfi -i "sine=duration=1.5" -fps_mode passthrough \
        "${x264[@]}" -c:a aac late-picture.mp4
fi
if wanted long-sound.mp4; then ff -f lavfi -i "testsrc2=$small:duration=1" -f lavfi -i "sine=duration=2" "${x264[@]}" -c:a aac long-sound.mp4; fi
if wanted short-sound.mp4; then ff -f lavfi -i "testsrc2=$small:duration=2" -f lavfi -i "sine=duration=0.5" "${x264[@]}" -c:a aac short-sound.mp4; fi

# --- Colours: BT.709, 8 bits, limited range, tagged so; red, green, blue and white stay what they are ---
hdr() {
    quarters "zscale=pin=709:tin=709:min=gbr:rin=full:p=2020:t=$1:m=2020_ncl:r=limited:npl=203,format=yuv420p10le" -c:v libx265 \
        -preset ultrafast -x265-params log-level=none:lossless=1 -color_primaries bt2020 -color_trc "$2" -colorspace bt2020nc "$3"
}
if wanted pq.mov; then hdr smpte2084 smpte2084 pq.mov; fi
if wanted hlg.mov; then hdr arib-std-b67 arib-std-b67 hlg.mov; fi
if wanted wide.mov; then hdr 2020_10 bt2020-10 wide.mov; fi
in709="scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p"
in601="scale=out_color_matrix=bt601:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p"
if wanted sd-tagged.mp4; then
    quarters "$in601" "${x264[@]}" -colorspace smpte170m -color_primaries smpte170m -color_trc smpte170m sd-tagged.mp4
fi
# Without tags: BT.601 below 720 lines, BT.709 from there on, as players guess.
if wanted sd-untagged.mp4; then quarters "$in601" "${x264[@]}" sd-untagged.mp4; fi
if wanted hd-untagged.mp4; then quarters "scale=1280:720:flags=neighbor,$in709" "${x264[@]}" hd-untagged.mp4; fi
if wanted full-range.mp4; then
    # Not yuvj420p: from version 7 on, ffmpeg then picks the matrix of its own accord.
    quarters "scale=out_color_matrix=bt709:out_range=pc:flags=accurate_rnd+full_chroma_int,format=yuv420p,setparams=range=pc:colorspace=bt709" \
        -c:v libx264 -preset ultrafast -color_range pc -colorspace bt709 full-range.mp4
fi
if wanted rgb.mov; then quarters "format=rgb24" -c:v qtrle rgb.mov; fi
if wanted prores.mov; then
    quarters "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv422p10le,setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709" \
        -c:v prores_ks -profile:v 3 -qscale:v 1 \
        -colorspace bt709 prores.mov
fi
if wanted full-chroma.mkv; then
    quarters "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv444p12le" -c:v libx265 -preset ultrafast \
        -x265-params log-level=none -colorspace bt709 full-chroma.mkv
fi
if wanted jpeg.avi; then
    quarters "scale=out_color_matrix=bt601:out_range=pc:flags=accurate_rnd+full_chroma_int,format=yuvj420p" -c:v mjpeg -q:v 2 jpeg.avi
fi
# Half transparent white on nothing: grey, as on a black page.
if wanted alpha.mov; then
    ff -f lavfi -i "color=white@0.5:size=320x180:rate=5:duration=1,format=yuva444p10le" -c:v prores_ks -pix_fmt yuva444p10le alpha.mov
fi
if wanted gray-scale.mkv; then ff -f lavfi -i "color=gray:size=320x180:rate=5:duration=1,format=gray" -c:v ffv1 gray-scale.mkv; fi
if wanted grey-709.mp4; then
    ff -f lavfi -i "color=gray:size=1280x720:rate=5:duration=1" -vf format=yuv420p -colorspace bt709 -color_primaries bt709 -color_trc bt709 \
        "${x264[@]}" grey-709.mp4
fi

# --- Interlaced: progressive, with a frame of each field ---
if wanted interlaced.mp4; then
    ff -f lavfi -i "testsrc2=size=320x180:rate=50:duration=1,interlace" -c:v libx264 -preset ultrafast -flags +ilme+ildct \
        -x264opts tff=1 -pix_fmt yuv420p interlaced.mp4
fi
if wanted interlaced.ts; then
    ff -f lavfi -i "testsrc2=size=320x192:rate=50:duration=1,interlace=scan=bff" -c:v mpeg2video -b:v 2M -flags +ilme+ildct -top 0 interlaced.ts
fi

# --- Codecs and containers: completed ---
if wanted vp9.webm; then ff -f lavfi -i "testsrc2=$small:duration=1" -c:v libvpx-vp9 -deadline realtime -cpu-used 8 vp9.webm; fi
if wanted av1.mp4; then ff -f lavfi -i "testsrc2=$small:duration=0.4" -c:v libaom-av1 -cpu-used 8 -usage realtime av1.mp4; fi
if wanted hevc.mp4; then
    ff -f lavfi -i "testsrc2=$small:duration=1" -c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1 hevc.mp4
fi
if wanted divx.avi; then ff -f lavfi -i "testsrc2=$small:duration=1" -f lavfi -i "sine=duration=1" -c:v mpeg4 -c:a mp3 divx.avi; fi
if wanted program.mpg; then ff -f lavfi -i "testsrc2=$small:duration=1" -f lavfi -i "sine=duration=1" -c:v mpeg2video -c:a mp2 program.mpg; fi

# --- Streams: the first real picture, the first sound that can be decoded, or none ---
# The second picture is black, and smaller.
if wanted two-pictures.mp4; then
    ff -f lavfi -i "color=white:$small:duration=1" -f lavfi -i "color=black:size=160x90:rate=25:duration=1" -map 0 -map 1 "${x264[@]}" two-pictures.mp4
fi
# Two sounds: a high tone first, then silence.
if wanted two-sounds.mp4; then
    ff -f lavfi -i "testsrc2=$small:duration=1" -f lavfi -i "sine=frequency=1000:duration=1" -f lavfi -i "anullsrc=duration=1" \
        -map 0 -map 1 -map 2 "${x264[@]}" -c:a aac two-sounds.mp4
fi
# A picture of the cover beside the video. CorpusFiles moves it to the front.
if wanted cover.mp4; then
    ff -f lavfi -i "color=red:size=300x300" -frames:v 1 cover.jpg
    ff -f lavfi -i "color=white:$small:duration=1" -i cover.jpg -map 0 -map 1 "${x264[@]}" -c:v:1 copy -disposition:v:1 attached_pic \
        -movflags +faststart cover.mp4
fi
# Sixteen channels of a field recorder, which say nothing of what they are for: stereo of the first two.
if wanted many-channels.mov; then
    ff -f lavfi -i "testsrc2=$small:duration=1" -f lavfi -i "aevalsrc=$(printf '0.1*sin(440*t*6.28)|%.0s' {1..15})0.1*sin(440*t*6.28):duration=1" \
        "${x264[@]}" -c:a pcm_s16le many-channels.mov
fi
if wanted mute.mp4; then ff -f lavfi -i "testsrc2=$small:duration=1" "${x264[@]}" mute.mp4; fi

# --- Shapes ---
# Red above left, green above right, blue below left, white below right. CorpusFiles turns and mirrors it.
if wanted quarters.mp4; then quarters "$in709" "${x264[@]}" -colorspace bt709 quarters.mp4; fi
# It is turned after a second: upright from then on, with bars beside it.
if wanted turned.ts; then
    ff -f lavfi -i "color=red:$small:duration=1" "${x264[@]}" first.ts
    ff -f lavfi -i "color=lime:size=180x320:rate=25:duration=1" "${x264[@]}" second.ts
    cat first.ts second.ts > turned.ts
fi
if wanted odd.mkv; then
    quarters "scale=321:181:flags=neighbor,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p" -c:v ffv1 -colorspace bt709 odd.mkv
fi
# Stored as 320x180, shown as 512x180.
if wanted anamorphic.mp4; then quarters "$in709,setsar=8/5" "${x264[@]}" -colorspace bt709 anamorphic.mp4; fi

# --- More kinds that people have ---
# Its clock begins before zero: an edit list hides the first half second.
if wanted negative-clock.mp4; then clip 1 -output_ts_offset -0.5 -avoid_negative_ts disabled negative-clock.mp4; fi
# A broadcast and a recording whose packets are decoded before time zero.
if wanted negative-decode.mkv; then
    ff -f lavfi -i "testsrc2=$small:duration=1" -f lavfi -i "sine=duration=1" "${x264[@]}" -bf 2 -c:a aac -avoid_negative_ts disabled negative-decode.mkv
fi
# A phone's offsets: frames are shown before the time at which they are decoded.
if wanted negative-offsets.mp4; then
    ff -f lavfi -i "testsrc2=$small:duration=1" -c:v libx264 -preset ultrafast -bf 2 -pix_fmt yuv420p -movflags +negative_cts_offsets negative-offsets.mp4
fi
# A camera's time code is a track of its own, as is a phone's or an action camera's data.
if wanted timecode.mov; then clip 1 -timecode 01:02:03:04 timecode.mov; fi
# Subtitles beside the picture.
if wanted subtitles.mkv; then
    printf '1\n00:00:00,000 --> 00:00:01,000\nHello\n' > subtitles.srt
    ff -f lavfi -i "testsrc2=$small:duration=1" -i subtitles.srt "${x264[@]}" -c:s srt subtitles.mkv
fi
# Six channels: stereo. One channel stays one.
if wanted surround.mkv; then
    ff -f lavfi -i "testsrc2=$small:duration=1" -f lavfi -i "sine=duration=1" "${x264[@]}" -c:a ac3 -ac 6 surround.mkv
fi
if wanted opus.webm; then
    ff -f lavfi -i "testsrc2=$small:duration=1" -f lavfi -i "sine=duration=1" -c:v libvpx -deadline realtime -c:a libopus opus.webm
fi
# An old phone.
if wanted phone.3gp; then
    ff -f lavfi -i "testsrc2=size=176x144:rate=15:duration=1" -f lavfi -i "sine=duration=1" -c:v h263 -c:a aac -ar 16000 -ac 1 phone.3gp
fi
# Held upright, and stored so.
if wanted upright.mp4; then ff -f lavfi -i "color=red:size=180x320:rate=25:duration=1" "${x264[@]}" upright.mp4; fi
if wanted smallest.mp4; then ff -f lavfi -i "color=red:size=16x16:rate=25:duration=1" "${x264[@]}" smallest.mp4; fi
# Cut out of a broadcast between key frames: the first frames cannot be decoded.
if wanted open-start.ts; then
    clip 3 -g 50 -bf 2 whole-o.ts
    tail -c $(($(wc -c < whole-o.ts) / 188 * 3 / 4 * 188)) whole-o.ts > open-start.ts
fi
# BT.601 of the 50 Hz world, and high dynamic range from a browser's codec.
if wanted pal-tagged.mp4; then
    quarters "$in601" "${x264[@]}" -colorspace bt470bg -color_primaries bt470bg -color_trc gamma28 pal-tagged.mp4
fi
if wanted pq.webm; then
    quarters "zscale=pin=709:tin=709:min=gbr:rin=full:p=2020:t=smpte2084:m=2020_ncl:r=limited:npl=203,format=yuv420p10le" \
        -c:v libvpx-vp9 -profile:v 2 -lossless 1 -deadline realtime -cpu-used 8 \
        -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc pq.webm
fi
# A camera's 10 bits with half the colour samples.
if wanted half-chroma.mov; then
    quarters "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv422p10le" -c:v libx265 -preset ultrafast \
        -x265-params log-level=none -tag:v hvc1 -colorspace bt709 half-chroma.mov
fi
# The picture pauses for a second: its frame stays.
if wanted pause.mp4; then
    ff -f lavfi -i "testsrc2=size=320x180:rate=25:duration=2" -vf "setpts='PTS+gte(N,25)/TB',settb=1/90000" -fps_mode vfr \
        -enc_time_base 1:90000 "${x264[@]}" -video_track_timescale 90000 pause.mp4
fi

# --- No video: refused in plain words ---
if wanted moving.gif; then ff -f lavfi -i "testsrc2=size=64x36:rate=5:duration=1" moving.gif; fi
if wanted picture.png; then ff -f lavfi -i "testsrc2=size=64x36" -frames:v 1 picture.png; fi
if wanted picture.webp; then ff -f lavfi -i "testsrc2=size=64x36" -frames:v 1 -c:v libwebp picture.webp; fi
if wanted sound.mp4; then ff -f lavfi -i "sine=duration=1" -c:a aac sound.mp4; fi
