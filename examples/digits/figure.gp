# SPDX-License-Identifier: BSD-3-Clause
# The NTK of all digits ordered by class, and the spectra of three kernels on the training digits.
# gnuplot -e "folder='DIR'" figure.gp
set terminal pngcairo size 1000,430 font "sans,10"
set output folder."/digits.png"
set multiplot layout 1,2

set title "NTK of 1,797 digits, ordered by class"
set size square
set xrange [-0.5:1796.5]
set yrange [1796.5:-0.5]
set xlabel "digit"
set ylabel "digit"
set cblabel "kernel"
set palette defined (0 "#0b1d51", 0.4 "#2a7ab9", 0.7 "#9fd3c7", 1 "#fff3b0")
plot folder."/ntk_by_class.npy" binary skip=128 array=(1797,1797) format="%float64" with image notitle

set title "Spectrum on the 1,200 training digits"
set size nosquare
set xrange [1:1200]
set autoscale y
set logscale xy
set format y "10^{%L}"
set xlabel "index"
set ylabel "eigenvalue"
set key top right
set grid
spectrum(name) = folder."/eigenvalues_".name.".npy"
plot spectrum("ntk") binary skip=128 record=(1200) format="%float64" using ($0+1):1 with lines lw 2 title "NTK", \
     spectrum("nntk") binary skip=128 record=(1200) format="%float64" using ($0+1):1 with lines lw 2 title "NNTK (energy, M = 4096)", \
     spectrum("ntk-infinite") binary skip=128 record=(1200) format="%float64" using ($0+1):1 with lines lw 2 dt 2 title "NTK, infinite width"
unset multiplot
