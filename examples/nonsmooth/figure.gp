# SPDX-License-Identifier: BSD-3-Clause
# Predictions of four kernels for targets of one variable, eigenfunctions of two of the kernels, and their
# predictions of the checkerboard.
# gnuplot -e "folder='DIR'" figure.gp
set terminal pngcairo size 1500,800 font "sans,10"
set output folder."/nonsmooth.png"
set multiplot layout 2,3
set xrange [-1:1]
set xlabel "x"
set grid
set key bottom right

array Target[3] = ["sign", "sawtooth", "relu"]
do for [t=1:3] {
  name = Target[t]
  set title name.", 40 training inputs"
  if (t > 1) { unset key }
  set ylabel "prediction"
  file = folder."/".name.".txt"
  plot file using 1:2 with lines lc rgb "#aaaaaa" lw 3 title "target", \
       file using 1:3 with lines lw 2 title "NTK", \
       file using 1:4 with lines lw 2 title "NNTK, fixed weights", \
       file using 1:5 with lines lw 2 dt 2 title "NNTK, attention", \
       file using 1:6 with lines lw 1 lc rgb "black" title "NTK, infinite width"
}

set key default
set key inside top center horizontal samplen 2
set yrange [-2.2:3]
set title "Eigenfunctions: NTK (solid), NNTK (dashed)"
set ylabel "eigenfunction"
# A sign is a matter of taste: let all end above 0.
array Last[8]
do for [k=1:4] {
  stats folder."/eigenfunctions_0.txt" using (column(0) == 400 ? column(k+1) : NaN) nooutput
  Last[k] = STATS_max < 0 ? -1 : 1
  stats folder."/eigenfunctions_1.txt" using (column(0) == 400 ? column(k+1) : NaN) nooutput
  Last[4+k] = STATS_max < 0 ? -1 : 1
}
plot for [k=1:4] folder."/eigenfunctions_0.txt" using 1:(Last[k]*column(k+1)) with lines lw 2 lc k title sprintf("%d", k), \
     for [k=1:4] folder."/eigenfunctions_1.txt" using 1:(Last[4+k]*column(k+1)) with lines lw 2 dt 2 lc k notitle

set title "checkerboard, 200 training inputs: NTK"
set size square
set xrange [-1:1]
set yrange [-1:1]
set ylabel "y"
set cbrange [-1.5:1.5]
set palette defined (0 "#0b1d51", 0.5 "#ffffff", 1 "#b5541c")
unset key
plot folder."/checkerboard.txt" using 1:2:4 with image
set title "checkerboard: NNTK, fixed weights"
plot folder."/checkerboard.txt" using 1:2:5 with image
unset multiplot
