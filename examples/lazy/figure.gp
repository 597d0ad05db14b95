# SPDX-License-Identifier: BSD-3-Clause
# What falls with the width of a network, and what stays.
# gnuplot -e "folder='DIR'; kind='png'" figure.gp
if (kind eq "svg") {
  set terminal svg size 1100,480 font "sans,13" enhanced background "white"
} else {
  set terminal pngcairo size 1100,480 font "sans,11" enhanced
}
set output folder."/lazy.".kind
file = folder."/lazy.txt"
set multiplot layout 1,2
set logscale xy
set xrange [12:5500]
set xtics 16,4,4096
set xlabel "width n"
set grid
set key bottom left reverse Left samplen 2 spacing 1.1
set format y "10^{%T}"

# A column pair of the file: mean, standard error.
mean(quantity) = 2*quantity + 2
error(quantity) = 2*quantity + 3

set title "falls with the width"
set yrange [2e-5:2]
set ylabel "mean of seeds, standard error"
plot file using 1:mean(7):error(7) with yerrorlines lw 2 pt 7 ps 0.7 title "Lipschitz constant of J({/Symbol q}), estimated", \
     file using 1:mean(4):error(4) with yerrorlines lw 2 pt 7 ps 0.7 title "max |f - g| on test inputs", \
     file using 1:mean(3):error(3) with yerrorlines lw 2 pt 7 ps 0.7 title "kernel drift, relative", \
     file using 1:mean(2):error(2) with yerrorlines lw 2 pt 7 ps 0.7 title "movement of {/Symbol q}, relative", \
     file using 1:mean(8):error(8) with yerrorlines lw 2 pt 7 ps 0.7 lc rgb "#808080" title "initial kernel to {/Symbol Q}_{/Symbol \245}, relative", \
     file using 1:mean(9):error(9) with yerrorlines lw 2 pt 7 ps 0.7 lc rgb "#a0522d" title "|f_0 - y| Lip / |J|^2", \
     4*x**-0.5 lc rgb "black" dt 2 title "n^{-1/2}", 2.8*x**-1.0 lc rgb "black" dt 3 lw 1.5 title "n^{-1}"

set title "stays"
set key center right
set yrange [0.005:30]
unset ylabel
plot file using 1:mean(5):error(5) with yerrorlines lw 2 pt 7 ps 0.7 title "|J|_{op} before training", \
     file using 1:mean(6):error(6) with yerrorlines lw 2 pt 7 ps 0.7 dt 2 title "|J|_{op} after training", \
     file using 1:mean(1):error(1) with yerrorlines lw 2 pt 7 ps 0.7 title "|{/Symbol q}_T - {/Symbol q}_0|", \
     file using 1:mean(0):error(0) with yerrorlines lw 2 pt 7 ps 0.7 title "loss after training"
unset multiplot
